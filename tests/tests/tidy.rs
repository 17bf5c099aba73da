//! The rooms of the two crates, and who may look into which: `eventsourcing/ARCHITECTURE.md` as a test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of the runtime and what each may import. A file belongs to the longest room that its path begins with.
const RUNTIME: &[(&str, &[&str])] = &[
    // Values.
    ("stream", &[]),
    ("error", &["stream"]),
    ("bytes", &["schema"]),
    // What an event enum says of itself: what it is stored as, and what older releases stored.
    ("schema", &[]),
    // An upcaster may take what is recorded beside the fields.
    ("upcaster", &["event"]),
    ("event", &["schema", "upcaster", "stream", "error"]),
    // What an aggregate is made of.
    ("codec", &["event", "upcaster", "stream", "error"]),
    ("aggregate", &["event", "schema", "stream", "error"]),
    // Opaque bytes and expected versions: no aggregate, no codec.
    ("store", &["event", "stream", "error"]),
    // What stored events are to this program.
    ("log", &["store", "codec", "event", "stream", "error"]),
    // A state beside the events: whoever keeps it, and whatever it is.
    ("snapshot", &["store", "aggregate", "codec", "event", "schema", "stream", "error"]),
    // The only loop of loading and deciding; `blocking` is the same without async.
    ("repository", &["log", "snapshot", "store", "aggregate", "codec", "event", "schema", "stream", "error"]),
    ("blocking", &["repository", "log", "snapshot", "store", "aggregate", "event", "stream", "error"]),
    ("application", &["repository", "log", "blocking", "store", "aggregate", "event", "stream", "error"]),
    // A store is tested as a store: without any aggregate.
    ("testing", &[]),
    ("testing/contract", &["store", "event", "stream", "error"]),
    ("testing/history", &["repository", "schema"]),
    ("testing/scenario", &["repository", "log", "store", "aggregate", "codec", "event", "stream", "error"]),
    // Doors to the outside.
    (
        "__private",
        &["aggregate", "application", "codec", "event", "schema", "upcaster", "store", "stream", "error", "repository"],
    ),
    ("guide", &[]),
    (
        "lib",
        &[
            "aggregate",
            "application",
            "bytes",
            "error",
            "event",
            "log",
            "repository",
            "store",
            "stream",
            "blocking",
            "schema",
            "snapshot",
            "upcaster",
        ],
    ),
];

/// The rooms of the macro crate: `args -> ast -> check -> expand`.
const DERIVE: &[(&str, &[&str])] = &[
    ("ctxt", &[]),
    ("names", &["ctxt"]),
    ("crate_path", &["ctxt"]),
    ("args", &["names", "crate_path", "ctxt"]),
    ("ast", &["args", "names", "crate_path", "ctxt"]),
    // What was released.
    ("lock", &[]),
    ("check", &["lock", "ast", "names", "ctxt"]),
    // What is printed has been proven: no attribute, no error.
    ("expand", &["ast", "crate_path", "names"]),
    ("fallback", &["expand", "ast", "crate_path"]),
    ("macros", &["fallback", "expand", "check", "lock", "ast", "args", "ctxt"]),
    ("lib", &["macros"]),
];

/// Crates that only some rooms may name.
const OUTSIDE: &[(&str, &str, &[&str])] = &[
    // A driver is its own store's affair.
    ("eventsourcing", "rusqlite", &["store/sqlite"]),
    ("eventsourcing", "crc32fast", &["store/checksum", "store/sqlite/format", "store/sqlite/connection/head_record"]),
    // JSON is the affair of those who write and read events; an error carries what it said.
    ("eventsourcing", "serde_json", &["codec", "upcaster", "error", "testing/history", "testing/scenario"]),
    ("eventsourcing-derive", "proc_macro", &["lib"]),
];

/// The stores; none knows another.
const STORES: &[&str] = &["memory", "sqlite"];

/// Where Rust of ours is.
const FOLDERS: &[&str] = &["eventsourcing/src", "eventsourcing-derive/src", "tests/src", "tests/tests", "examples"];

const MOST_LINES: usize = 300;

struct File {
    /// As a reader names it, from the top of the workspace.
    shown: String,
    /// Inside its crate's `src`, without `.rs`.
    inner: String,
    text: String,
}

impl File {
    /// Its lines, numbered, without comments and what documents.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines()).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn is_unit_test(&self) -> bool {
        self.inner.split('/').any(|part| part == "tests")
    }

    fn is_in(&self, room: &str) -> bool {
        self.inner.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn files(folder: &str) -> Vec<File> {
    let top = workspace().join(folder);
    let mut left = vec![top.clone()];
    let mut files = Vec::new();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let inner = path.strip_prefix(&top).unwrap().with_extension("").to_str().unwrap().to_owned();
            files.push(File { shown: format!("{folder}/{inner}.rs"), text: fs::read_to_string(&path).unwrap(), inner });
        }
    }
    assert!(!files.is_empty() || folder == "examples", "{folder} has no Rust");
    files
}

/// The rooms of this crate that a line names, as `crate::room` or `crate::{room::.., room}`.
fn rooms_in(line: &str) -> Vec<&str> {
    let name = |text: &str| text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    let mut rooms = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == '$') {
            continue; // `$crate::`
        }
        let rest = &line[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            rooms.push(&rest[..name(rest)]);
            continue;
        };
        let mut depth = 0;
        let mut begins = true;
        for (at, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                _ if begins && depth == 0 && (letter.is_alphabetic() || letter == '_') => {
                    rooms.push(&group[at..at + name(&group[at..])]);
                    begins = false;
                }
                _ => {}
            }
        }
    }
    // A type or macro at the top is `lib`'s, and no room.
    rooms.retain(|room| room.starts_with(|first: char| first.is_lowercase() || first == '_') && !room.is_empty());
    rooms
}

fn check_arrows(folder: &str, rooms: &[(&str, &[&str])], wrong: &mut Vec<String>) {
    let known: BTreeSet<&str> = rooms.iter().map(|(room, _)| room.split('/').next().unwrap()).collect();
    for file in files(folder).iter().filter(|file| !file.is_unit_test()) {
        let Some((room, allowed)) =
            rooms.iter().filter(|(room, _)| file.is_in(room)).max_by_key(|(room, _)| room.len())
        else {
            wrong.push(format!("{}: is in no room", file.shown));
            continue;
        };
        let own = room.split('/').next().unwrap();
        for (number, line) in file.code() {
            for named in rooms_in(line).into_iter().filter(|named| known.contains(named)) {
                if named != own && !allowed.contains(&named) {
                    wrong.push(format!("{}:{number}: `{room}` may not know `{named}`: {}", file.shown, line.trim()));
                }
            }
            if line.contains("super::super::") {
                wrong.push(format!("{}:{number}: say where from `crate::` it is: {}", file.shown, line.trim()));
            }
        }
    }
}

#[test]
fn arrows_point_down() {
    let mut wrong = Vec::new();
    check_arrows("eventsourcing/src", RUNTIME, &mut wrong);
    check_arrows("eventsourcing-derive/src", DERIVE, &mut wrong);
    assert!(wrong.is_empty(), "wrong arrows:\n{}", wrong.join("\n"));
}

#[test]
fn no_store_knows_another() {
    let mut wrong = Vec::new();
    for file in files("eventsourcing/src") {
        for store in STORES.iter().filter(|store| file.is_in(&format!("store/{store}"))) {
            for other in STORES.iter().filter(|other| *other != store) {
                let named = [format!("{other}::"), format!("mod {other}")];
                for (number, line) in file.code().filter(|(_, line)| named.iter().any(|named| line.contains(named))) {
                    wrong.push(format!("{}:{number}: knows {other}: {}", file.shown, line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

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

#[test]
fn expansion_cannot_fail() {
    let mut wrong = Vec::new();
    for file in files("eventsourcing-derive/src").iter().filter(|file| file.is_in("expand") && !file.is_unit_test()) {
        for (number, line) in file.code() {
            if line.contains("Ctxt")
                || line.contains("syn::Result")
                || line.contains("-> Result")
                || line.contains("syn::Error")
            {
                wrong.push(format!("{}:{number}: an expansion that refuses: {}", file.shown, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short() {
    let all = FOLDERS.iter().flat_map(|folder| files(folder));
    // A snapshot is as long as what is printed.
    let written = all.filter(|file| !file.inner.contains("/snapshots/"));
    let long = written.filter(|file| file.text.lines().count() > MOST_LINES);
    let long: Vec<_> = long.map(|file| format!("{}: {} lines", file.shown, file.text.lines().count())).collect();
    assert!(long.is_empty(), "longer than {MOST_LINES} lines:\n{}", long.join("\n"));
}

#[test]
fn no_test_and_no_example_is_left_out() {
    // Put together, so that this file does not find itself.
    let left_out = [["#[", "ignore"], ["```", "ignore"], ["cfg(not(", "test))"]].map(|parts| parts.concat());
    let mut wrong = Vec::new();
    for file in FOLDERS.iter().flat_map(|folder| files(folder)) {
        for (number, line) in (1..).zip(file.text.lines()) {
            if left_out.iter().any(|words| line.contains(words)) {
                wrong.push(format!("{}:{number}: {}", file.shown, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The reading of lines itself.
#[test]
fn rooms_are_found_in_a_line() {
    for (line, rooms) in [
        ("use crate::store::{Commit, Page};", &["store"][..]),
        ("use crate::{event::Event, store::{a, b}, stream};", &["event", "store", "stream"]),
        ("    let x = crate::codec::encode(crate::stream::f());", &["codec", "stream"]),
        ("use crate::Repository;", &[]),
        ("$crate::store::x", &[]),
        ("pub use self::store::x;", &[]),
    ] {
        assert_eq!(rooms_in(line), rooms, "{line}");
    }
}

/// A macro crate can lend nothing out, so what both crates read stands in both.
#[test]
fn the_lock_is_read_by_the_same_words() {
    let text = |path: &str| fs::read_to_string(workspace().join(path)).unwrap();
    assert_eq!(text("eventsourcing-derive/src/lock/text.rs"), text("eventsourcing/src/testing/history/text.rs"));
}
