//! Which room may name which crate of others.

use crate::source::files;

/// Crates that only some rooms may name.
const OUTSIDE: &[(&str, &str, &[&str])] = &[
    // A driver is its own store's affair.
    (
        "eventsourcing",
        "rusqlite",
        &[
            "store/sqlite",
            "subscription/sqlite",
            "view/sql",
            "view/sqlite",
            "runner/sql",
            "runner/sqlite",
            "blocking/views",
            "blocking/sql_view",
            "testing/view_scenario/sql",
            // Those who write SQL name its types.
            "lib",
        ],
    ),
    (
        "eventsourcing",
        "crc32fast",
        &["store/checksum", "store/sqlite/format", "store/sqlite/connection/side_files/head_record"],
    ),
    // JSON is the affair of those who write and read events; an error carries what it said.
    (
        "eventsourcing",
        "serde_json",
        &[
            "codec",
            "event/upcaster",
            "error",
            "testing/history",
            "testing/scenario",
            "view/column/by_serde",
            "view/cell_json",
            "view/diff",
            "view/sqlite/keys",
        ],
    ),
    ("eventsourcing-derive", "proc_macro", &["lib"]),
];

#[test]
fn crates_are_named_where_they_belong() {
    let mut wrong = Vec::new();
    for (package, outside, rooms) in OUTSIDE {
        let named = format!("{outside}::");
        for file in files(&format!("{package}/src")).iter().filter(|file| !file.is_unit_test()) {
            if rooms.iter().any(|room| file.is_in(room)) {
                continue;
            }
            for (number, line) in file.code().filter(|(_, line)| line.contains(&named)) {
                wrong.push(format!("{}:{number}: `{outside}` belongs to {rooms:?}: {}", file.shown, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
