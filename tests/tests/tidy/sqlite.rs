//! The rooms of the SQLite store, from the bottom up, and who may look into which: the table in its README as a test.

use std::collections::BTreeMap;
use std::fs;

use crate::source::{File, files, workspace};

const FOLDER: &str = "eventsourcing/src/store/sqlite";

/// Each room with what its files may import, beside the room itself: rooms, or parts of one. Every arrow points to a line above. A file
/// belongs to the longest room that its path begins with.
const ROOMS: &[(&str, &[&str])] = &[
    ("settings", &[]),
    ("os", &[]),
    ("error", &["os"]),
    // For the files of views and subscriptions.
    ("companion", &["error"]),
    ("format", &["error"]),
    ("connection", &["format", "error", "os", "settings"]),
    // Lanes learn from it when a thread begins to wait for another process.
    ("threads", &["connection/busy", "error"]),
    ("read", &["connection/reader", "format", "error"]),
    ("file", &["read", "connection", "format", "error", "os", "settings"]),
    ("commit", &["file", "threads/visiting", "connection", "format", "error", "settings"]),
    ("engine", &["commit", "file", "read", "threads", "connection", "format", "error", "settings"]),
    ("shared", &["engine", "commit", "file", "read", "threads", "connection", "error", "settings"]),
    ("store", &["shared", "engine", "threads"]),
    ("copy", &["store", "file", "connection", "format", "error", "os", "settings"]),
    ("repair", &["copy", "store", "file", "connection", "format", "error", "os", "settings"]),
    ("builder", &["store", "commit", "file", "error", "settings"]),
];

/// Rooms within rooms that know less than the rest of theirs.
const INNER: &[(&str, &[&str])] = &[
    ("connection/wal", &["connection/busy", "format/lineage", "error", "os"]),
    ("connection/side_files/head_record", &["connection/wal", "format/head", "error", "os"]),
    ("commit/source", &[]),
    ("commit/queue", &["commit/source", "threads/mailbox", "threads/sync", "error"]),
];

/// Files that are of a room by another name: `SqliteStore` itself, and its calls for callers that block.
const OTHER_NAMES: &[(&str, &str)] = &[("SqliteStore", "store"), ("blocking", "store")];

/// What may look into all rooms: the fuzzer, and nothing of a release.
const OUTSIDE: &str = "fuzzing";

/// The paths below this store that a text names, as `connection/wal/header`: those of a group each by itself.
fn paths_in(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, before) in text.match_indices("crate::store::sqlite::") {
        let rest = &text[at + before.len()..];
        let end = rest.find([';', '(', ')', '<', '>', ' ', ',']).unwrap_or(rest.len());
        match rest[..end].split_once('{') {
            Some(("", _)) => {
                let group = rest[1..].split('}').next().unwrap();
                paths.extend(group.split(',').map(|path| path.trim().replace("::", "/")));
            }
            Some((module, _)) => paths.push(module.trim_end_matches("::").replace("::", "/")),
            None => paths.push(rest[..end].replace("::", "/")),
        }
    }
    paths
}

fn is_within(path: &str, room: &str) -> bool {
    path.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The room that a path is in, with what that may import.
fn room_of(path: &str) -> Option<(&'static str, &'static [&'static str])> {
    let first = path.split('/').next().unwrap();
    let path = OTHER_NAMES.iter().find(|(name, _)| *name == first).map_or(path, |(_, room)| room);
    let rooms = ROOMS.iter().chain(INNER).filter(|(room, _)| is_within(path, room));
    rooms.max_by_key(|(room, _)| room.len()).copied()
}

/// What is wrong with the arrows of a file.
fn wrong_arrows(file: &File) -> Vec<String> {
    let Some((room, allowed)) = room_of(&file.inner) else {
        return vec![format!("{}: is in no room", file.shown)];
    };
    let is_allowed = |path: &str| {
        let (named, _) = room_of(path)?;
        let may =
            is_within(path, room) || is_within(named, room) || allowed.iter().any(|allowed| is_within(path, allowed));
        Some(may || allowed.contains(&named))
    };
    let paths = paths_in(&file.production()).into_iter();
    let wrong = paths.filter(|path| is_allowed(path) != Some(true));
    wrong.map(|path| format!("{}: `{room}` may not know `{path}`", file.shown)).collect()
}

#[test]
fn arrows_point_down() {
    let files = files(FOLDER).into_iter().filter(|file| !file.is_unit_test() && !file.inner.contains("/model"));
    let wrong: Vec<_> = files.filter(|file| file.inner != OUTSIDE).flat_map(|file| wrong_arrows(&file)).collect();
    assert!(wrong.is_empty(), "wrong arrows:\n{}", wrong.join("\n"));
    let places: BTreeMap<_, _> = ROOMS.iter().enumerate().map(|(place, (room, _))| (*room, place)).collect();
    for (room, allowed) in ROOMS {
        for allowed in *allowed {
            let above = places[allowed.split('/').next().unwrap()];
            assert!(above < places[room], "`{allowed}` stands above `{room}`");
        }
    }
}

#[test]
fn the_readme_has_the_same_rooms() {
    let readme = fs::read_to_string(workspace().join(FOLDER).join("README.md")).unwrap();
    let table = readme.split("## The rooms").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let rooms: Vec<_> = rows.map(|room| room.trim_end_matches('/')).collect();
    assert_eq!(rooms, ROOMS.iter().map(|(room, _)| *room).collect::<Vec<_>>());
}

#[test]
fn an_arrow_that_points_up_is_found() {
    let file = |inner: &str, text: &str| File { shown: String::new(), inner: inner.to_owned(), text: text.to_owned() };
    for (inner, text, is_wrong) in [
        ("format/body", "use crate::store::sqlite::format::names::Key;", false),
        ("format/body", "use crate::store::sqlite::connection::busy;", true),
        ("connection/wal/cut", "use crate::store::sqlite::connection::busy::pause;", false),
        ("connection/wal/cut", "use crate::store::sqlite::connection::side_files::SideFiles;", true),
        ("connection/writer", "use crate::store::sqlite::connection::wal::header::{self, Salts};", false),
        ("commit/writing", "use crate::store::sqlite::SqliteBuilder;", true),
        ("commit/writing", "use crate::store::sqlite::{settings::Settings, SqliteStore};", true),
        ("engine", "    let x = crate::store::sqlite::shared::f();", true),
        ("copy/backup", "use crate::store::sqlite::SqliteStore;", false),
        (
            "read/log",
            "// crate::store::sqlite::engine\n#[cfg(test)]\nmod tests {\n use crate::store::sqlite::engine;\n}",
            false,
        ),
        ("new", "", true),
    ] {
        assert_eq!(!wrong_arrows(&file(inner, text)).is_empty(), is_wrong, "{inner}: {text}");
    }
}
