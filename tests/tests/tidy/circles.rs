//! No files and no folders are a circle: each can be understood with those that it uses, and without those that use it.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{File, files};

/// Folders whose modules use each other, though no two files do: what loads, decides and claims unique values is one piece in several files.
const ONE_PIECE: [&str; 2] = ["aggregate", "repository"];

/// Which files each file uses, by their paths.
type Uses = BTreeMap<String, BTreeSet<String>>;

/// What `use` lines name: each name as the parts of its path. Of those that give a name out again, or of all.
fn names_in(code: &str, given_out: bool) -> Vec<Vec<String>> {
    let mut names = Vec::new();
    for statement in code.split(';') {
        let begin = |line: &&str| {
            let line = line.trim_start();
            line.starts_with("use ") || (line.starts_with("pub") && line.contains(" use "))
        };
        let Some(line) = statement.lines().rfind(begin) else { continue };
        if given_out && !line.trim_start().starts_with("pub") {
            continue;
        }
        let at = statement.find(line).unwrap() + line.find("use ").unwrap() + "use ".len();
        flatten(&statement[at..], "", &mut names);
    }
    names
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d` and `a::c::e`.
fn flatten(tree: &str, before: &str, names: &mut Vec<Vec<String>>) {
    let (mut depth, mut start) = (0, 0);
    for (at, letter) in tree.char_indices().chain([(tree.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = tree[start..at].trim();
                start = at + 1;
                match part.split_once('{') {
                    Some((path, rest)) => {
                        flatten(rest.strip_suffix('}').unwrap(), &format!("{before}{}", path.trim()), names);
                    }
                    None if part.is_empty() => {}
                    None => {
                        let path = format!("{before}{}", part.split(" as ").next().unwrap());
                        names.push(path.split("::").map(str::to_owned).collect());
                    }
                }
            }
            _ => {}
        }
    }
}

/// The file that a name of a module stands in, where modules give out names of others.
fn resolve(files: &BTreeMap<String, Vec<Vec<String>>>, module: &[String], name: &str, depth: usize) -> Option<String> {
    let path = module.join("/");
    let inner = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
    if files.contains_key(&inner) {
        return Some(inner);
    }
    let given = files.get(&path)?.iter().find(|given| given.last().is_some_and(|last| last == name));
    let Some([first, between @ .., _]) = given.map(Vec::as_slice).filter(|_| depth > 0) else { return Some(path) };
    let base = if first == "self" { module } else { &[] };
    let next = [base, between].concat();
    resolve(files, &next, name, depth - 1).or(Some(path))
}

/// The path of a name that a file uses, from the root of the crate; of one that stands outside of the file's own module.
fn from_the_root(file: &str, name: &[String]) -> Option<Vec<String>> {
    let mut module: Vec<String> = file.split('/').map(str::to_owned).collect();
    let supers = name.iter().take_while(|part| *part == "super").count();
    match name.first()?.as_str() {
        "crate" => module.clear(),
        "super" => module.truncate(module.len().checked_sub(supers)?),
        _ => return None,
    }
    module.extend(name.iter().skip(supers.max(1)).cloned());
    Some(module)
}

fn uses(files: &[File]) -> Uses {
    let code: BTreeMap<String, String> = files.iter().map(|file| (file.inner.clone(), file.production())).collect();
    let given = code.iter().map(|(file, code)| (file.clone(), names_in(code, true))).collect();
    let mut uses = Uses::new();
    for (file, code) in &code {
        for name in names_in(code, false) {
            let Some(path) = from_the_root(file, &name) else { continue };
            let [module @ .., last] = &*path else { continue };
            let (module, last) = match (module, &**last) {
                ([module @ .., of], "self") => (module, &**of),
                (module, last) => (module, last),
            };
            let found = resolve(&given, module, last, 4).filter(|found| found != file && code_has(files, found));
            uses.entry(file.clone()).or_default().extend(found);
        }
    }
    uses
}

fn code_has(files: &[File], path: &str) -> bool {
    files.iter().any(|file| file.inner == path)
}

/// All that a file uses, and what that uses in turn.
fn reached_from<'u>(uses: &'u Uses, file: &str) -> BTreeSet<&'u str> {
    let mut reached = BTreeSet::new();
    let mut left: Vec<&str> = uses.get(file).into_iter().flatten().map(String::as_str).collect();
    while let Some(next) = left.pop() {
        if reached.insert(next) {
            left.extend(uses.get(next).into_iter().flatten().map(String::as_str));
        }
    }
    reached
}

/// Which of the modules beside it, each with all that is below it, each module uses.
fn uses_of_folders(uses: &Uses) -> Uses {
    let mut of_folders = Uses::new();
    for (file, used) in uses.iter().flat_map(|(file, used)| used.iter().map(move |used| (file, used))) {
        let same = file.split('/').zip(used.split('/')).take_while(|(one, other)| one == other).count();
        let beside = |path: &str| path.split('/').take(same + 1).collect::<Vec<_>>().join("/");
        let (from, to) = (beside(file), beside(used));
        // A module and one below it are one folder.
        if from != to && !is_below(&from, &to) && !is_below(&to, &from) {
            of_folders.entry(from).or_default().insert(to);
        }
    }
    of_folders
}

fn is_below(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.starts_with('/'))
}

/// The arrows between files that are a circle.
fn circles(files: &[File]) -> Vec<String> {
    circles_of(&uses(files))
}

/// Those between folders.
fn folder_circles(files: &[File]) -> Vec<String> {
    circles_of(&uses_of_folders(&uses(files)))
}

fn circles_of(uses: &Uses) -> Vec<String> {
    let reached: BTreeMap<&str, _> = uses.keys().map(|file| (&**file, reached_from(uses, file))).collect();
    let arrows = uses.iter().flat_map(|(file, used)| used.iter().map(move |used| (file, used)));
    let back = arrows.filter(|(file, used)| reached.get(&***used).is_some_and(|reached| reached.contains(&***file)));
    back.map(|(file, used)| format!("{file} -> {used}")).collect()
}

#[test]
fn no_files_are_a_circle() {
    for folder in ["eventsourcing/src", "eventsourcing-derive/src"] {
        let files: Vec<_> = files(folder).into_iter().filter(|file| !file.is_unit_test()).collect();
        let circles = circles(&files);
        assert!(circles.is_empty(), "circles in {folder}:\n{}", circles.join("\n"));
        assert!(uses(&files).values().map(BTreeSet::len).sum::<usize>() > 100, "the lines are read");
    }
}

#[test]
fn no_folders_are_a_circle() {
    for folder in ["eventsourcing/src", "eventsourcing-derive/src"] {
        let files: Vec<_> = files(folder).into_iter().filter(|file| !file.is_unit_test()).collect();
        let mut circles = folder_circles(&files);
        circles.retain(|arrow| !ONE_PIECE.iter().any(|folder| is_below(arrow, folder)));
        assert!(circles.is_empty(), "circles of folders in {folder}:\n{}", circles.join("\n"));
    }
}

#[test]
fn a_circle_is_found() {
    let file = |inner: &str, text: &str| File { shown: String::new(), inner: inner.to_owned(), text: text.to_owned() };
    let room = file("a", "mod b;\nmod c;\n\npub(crate) use self::b::B;\n");
    let b = file("a/b", "#[cfg(x)]\nuse crate::{a::c::{self, C}, d};\n\nstruct B;\n");
    let c = |uses: &str| file("a/c", &format!("use std::fmt;\n{uses}\nstruct C;"));
    assert_eq!(circles(&[room, b, c("use crate::a::B;")]), ["a/b -> a/c", "a/c -> a/b"]);
    let room = file("a", "mod b;\nmod c;\n\npub(crate) use self::b::B;\n");
    let b = file("a/b", "use crate::a::c::C;");
    assert!(circles(&[room, b, c("use crate::d::B;")]).is_empty());
}

#[test]
fn a_circle_by_relative_paths_is_found() {
    let file = |inner: &str, text: &str| File { shown: String::new(), inner: inner.to_owned(), text: text.to_owned() };
    let b = file("a/b", "use super::c::C;");
    let c = file("a/c", "struct C;");
    let below = file("a/c/d", "use super::super::b::B;");
    let files = [file("a", "mod b;\nmod c;"), b, c, below];
    assert!(circles(&files).is_empty());
    assert_eq!(folder_circles(&files), ["a/b -> a/c", "a/c -> a/b"]);
    let [a, b, _, _] = files;
    assert_eq!(circles(&[a, b, file("a/c", "use super::b::B;")]), ["a/b -> a/c", "a/c -> a/b"]);
}
