//! The rooms of the two crates, and who may look into which: `eventsourcing/ARCHITECTURE.md` as a test.

use std::collections::BTreeSet;

use crate::derive_rooms::DERIVE;
use crate::source::files;

/// The rooms of the runtime and what each may import. A file belongs to the longest room that its path begins with.
const RUNTIME: &[(&str, &[&str])] = &[
    // Values.
    ("stream", &[]),
    ("error", &["stream"]),
    ("bytes", &["schema"]),
    // A right of one process at a time, as others see it.
    ("lease", &[]),
    // What an event enum says of itself: what it is stored as, and what older releases stored.
    ("schema", &[]),
    ("event", &["schema", "stream", "error"]),
    // What an aggregate is made of.
    ("codec", &["event", "stream", "error"]),
    ("aggregate", &["event", "schema", "stream", "error"]),
    // Opaque bytes and expected versions: no aggregate, no codec.
    ("store", &["stream", "error"]),
    // What one task waits for and another gives.
    ("signal", &["store", "stream"]),
    // What stored events are to this program.
    ("log", &["store", "codec", "event", "stream", "error"]),
    // The log under a name that remembers how far it was read.
    ("subscription", &["log", "signal", "store", "event", "stream", "error", "lease"]),
    ("subscription/sqlite", &["log", "signal", "store", "store/sqlite", "stream", "error", "lease"]),
    // Rows that are made of events; and what keeps them up to date.
    ("view", &["log", "store", "aggregate", "codec", "event", "bytes", "stream", "error"]),
    // A driver looks only into what it keeps, and into what its engine's errors mean.
    ("view/sqlite", &["view", "store", "store/sqlite", "stream", "error", "lease"]),
    ("runner", &["process", "view", "subscription", "log", "signal", "store", "stream", "error"]),
    ("runner/set", &["view", "view/sqlite", "subscription", "signal", "store", "stream", "error", "lease"]),
    ("runner/sqlite", &["view", "view/sqlite", "stream", "error"]),
    // What is written in SQL is of SQLite.
    ("view/sql", &["view", "aggregate", "stream", "error"]),
    ("runner/sql", &["view", "view/sqlite", "store", "stream", "error"]),
    // A state beside the events, of any aggregate and in any store.
    ("snapshot", &["store", "aggregate", "codec", "event", "schema", "stream", "error"]),
    // The only loop of loading and deciding; `blocking` is the same without async.
    (
        "repository",
        &["subscription", "log", "snapshot", "store", "aggregate", "codec", "event", "schema", "stream", "error"],
    ),
    // What reacts to events by commits.
    (
        "process",
        &[
            "repository",
            "view",
            "subscription",
            "log",
            "signal",
            "store",
            "aggregate",
            "codec",
            "event",
            "stream",
            "error",
            "lease",
        ],
    ),
    // What a unique value is, and what becomes of it: a door to the two.
    ("unique", &["aggregate", "repository"]),
    (
        "blocking",
        &[
            "repository",
            "process",
            "runner",
            "view",
            "subscription",
            "log",
            "snapshot",
            "store",
            "aggregate",
            "event",
            "stream",
            "error",
        ],
    ),
    (
        "application",
        &["repository", "runner", "subscription", "log", "blocking", "store", "aggregate", "event", "stream", "error"],
    ),
    // A store is tested as a store: without any aggregate.
    ("testing", &[]),
    ("testing/contract", &["store", "stream", "error"]),
    ("testing/history", &["repository", "schema"]),
    ("testing/test_clock", &["process", "signal", "store", "stream", "error"]),
    ("testing/scenario", &["repository", "log", "store", "aggregate", "codec", "event", "stream", "error"]),
    ("testing/given_event", &["store", "aggregate", "codec", "event", "stream", "error"]),
    (
        "testing/process_scenario",
        &["process", "runner", "repository", "store", "aggregate", "codec", "stream", "error"],
    ),
    ("testing/view_scenario", &["view", "runner", "store", "aggregate", "codec", "event", "stream", "error"]),
    // Doors to the outside.
    (
        "__private",
        &["aggregate", "application", "codec", "event", "schema", "store", "stream", "error", "repository", "view"],
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
            "process",
            "repository",
            "runner",
            "store",
            "stream",
            "blocking",
            "schema",
            "snapshot",
            "subscription",
            "unique",
            "view",
        ],
    ),
];

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
        let (mut depth, mut begins) = (0, true);
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

/// The stores; none knows another.
const STORES: &[&str] = &["memory", "sqlite"];

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
fn expansion_cannot_fail() {
    let mut wrong = Vec::new();
    for file in files("eventsourcing-derive/src").iter().filter(|file| file.is_in("expand") && !file.is_unit_test()) {
        for (number, line) in file.code() {
            if ["Ctxt", "syn::Result", "-> Result", "syn::Error"].iter().any(|named| line.contains(named)) {
                wrong.push(format!("{}:{number}: an expansion that refuses: {}", file.shown, line.trim()));
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
