//! The stores of the crate use only what is public: whoever writes one elsewhere can do all that they can.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const STORES: [&str; 2] = ["memory", "sqlite"];

/// What the stores may know of the crate beside themselves.
const ROOMS: [&str; 3] = ["store", "stream", "error"];

/// The errors of opening a file are those of the store in SQLite.
const OF_A_STORE: [&str; 1] = ["error/open.rs"];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../eventsourcing/src")
}

/// The files below a folder of the crate, by their paths in it, with their code: without comments, and without the tests at the end of a file.
fn code() -> Vec<(String, String)> {
    let mut left = vec![source()];
    let mut files = Vec::new();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let inner = path.strip_prefix(source()).unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let code = lines.collect::<Vec<_>>().join("\n");
            if !inner.split(['/', '.']).any(|part| part == "tests" || part == "model") {
                files.push((inner, code));
            }
        }
    }
    files
}

/// The store that a file is of.
fn store_of(file: &str) -> Option<&'static str> {
    let inner = file.strip_prefix("store/")?;
    STORES.into_iter().find(|store| inner.strip_prefix(store).is_some_and(|rest| rest.starts_with(['/', '.'])))
}

fn word(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    &text[..end.unwrap_or(text.len())]
}

/// The names that stand after a path in a text: one, or those of a group, of which only the first part is wanted.
fn names_after<'t>(text: &'t str, path: &str) -> Vec<&'t str> {
    let rests = text.match_indices(path).map(|(at, _)| &text[at + path.len()..]);
    let names = rests.flat_map(|rest| match rest.strip_prefix('{') {
        Some(group) => group.split('}').next().unwrap().split(',').map(|name| word(name.trim())).collect(),
        None => vec![word(rest)],
    });
    names.filter(|name| !name.is_empty() && *name != "self").collect()
}

/// What is public of a room: of one that is public itself, its public names; of another, what the crate gives out again.
fn public(room: &str) -> BTreeSet<String> {
    let read = |file: &str| fs::read_to_string(source().join(file)).unwrap();
    let is_public = read("lib.rs").contains(&format!("\npub mod {room};"));
    let text = read(&if is_public { format!("{room}.rs") } else { "lib.rs".to_owned() });
    let mut names = BTreeSet::new();
    for given in text.split("pub use self::").skip(1).map(|rest| rest.split(';').next().unwrap()) {
        let (module, rest) = given.split_once("::").unwrap();
        if is_public || module == room {
            names.extend(names_after(&format!("::{rest}"), "::").into_iter().map(str::to_owned));
        }
    }
    // An id that stores are known by, which stands in the room of the small values.
    if room == "stream" && read("store.rs").contains("pub use crate::stream::StoreId;") {
        names.insert("StoreId".to_owned());
    }
    if is_public {
        for item in ["pub struct ", "pub trait ", "pub type ", "pub fn ", "pub mod "] {
            names.extend(text.lines().filter_map(|line| line.strip_prefix(item)).map(|rest| word(rest).to_owned()));
        }
    }
    names
}

#[test]
fn stores_name_only_what_is_public() {
    let mut wrong = Vec::new();
    for (file, code) in code() {
        let Some(store) = store_of(&file) else { continue };
        for named in names_after(&code, "crate::").into_iter().filter(|room| room.starts_with(char::is_lowercase)) {
            if !ROOMS.contains(&named) {
                wrong.push(format!("{file}: `crate::{named}`"));
            }
        }
        for room in ROOMS {
            let public = public(room);
            assert!(public.len() > 2, "{room}: {public:?}");
            for name in names_after(&code, &format!("crate::{room}::")) {
                if !public.contains(name) && (room, name) != ("store", store) {
                    wrong.push(format!("{file}: `crate::{room}::{name}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "stores use what is not public:\n{}", wrong.join("\n"));
}

/// A function of a public type may be the crate's own; the stores call none.
#[test]
fn stores_call_only_what_is_public() {
    let code = code();
    let is_known = |file: &str| ROOMS.iter().any(|room| file.starts_with(room)) && !OF_A_STORE.contains(&file);
    let mut own = BTreeSet::new();
    for (_, code) in code.iter().filter(|(file, _)| is_known(file) && store_of(file).is_none()) {
        for line in code.lines().map(str::trim_start) {
            if line.starts_with("pub(") && line.contains("fn ") {
                own.insert(word(line.split("fn ").nth(1).unwrap()).to_owned());
            }
        }
    }
    assert!(own.contains("event_with") && own.contains("new_uuid"), "{own:?}");
    let mut wrong = Vec::new();
    for store in STORES {
        let files: Vec<_> = code.iter().filter(|(file, _)| store_of(file) == Some(store)).collect();
        assert!(!files.is_empty());
        let is_its_own = |name: &str| files.iter().any(|(_, code)| code.contains(&format!("fn {name}(")));
        for name in own.iter().filter(|name| !is_its_own(name)) {
            for (file, code) in &files {
                if [".", "::"].iter().any(|before| names_after(code, before).contains(&name.as_str())) {
                    wrong.push(format!("{file}: `{name}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "stores call what is not public:\n{}", wrong.join("\n"));
}

/// What a store is given has no field that only a store of this crate can read, such as a hint.
#[test]
fn what_a_store_is_given_has_no_hidden_field() {
    let is_given = |file: &str| ROOMS.iter().any(|room| file.starts_with(room)) && store_of(file).is_none();
    let mut hidden = Vec::new();
    for (file, code) in code().iter().filter(|(file, _)| is_given(file)) {
        let fields = code.lines().map(str::trim_start).filter_map(|line| line.strip_prefix("pub(crate) "));
        let fields = fields.filter(|rest| rest.strip_prefix(word(rest)).is_some_and(|rest| rest.starts_with(": ")));
        hidden.extend(fields.map(|field| format!("{file}: `{field}`")));
    }
    assert!(hidden.is_empty(), "{}", hidden.join("\n"));
}
