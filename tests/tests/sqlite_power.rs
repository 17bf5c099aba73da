//! What is left when the machine loses power: of the writes that were not synced any subset, and the last of them in part.
//!
//! A process commits while `strace` notes each of its writes and syncs, with all bytes. From that the files are made as a disk may have them
//! after each of these calls, and opened. (The `-shm` file is left out: SQLite makes it anew.)
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use eventsourcing::{OpenError, SqliteStore};
use eventsourcing_tests::sqlite::{Told, commits, events, log};
use fastrand::Rng;

const COMMITS: usize = 9;

/// Disks keep sectors of this size whole.
const SECTOR: usize = 512;

/// One call of the process.
#[derive(Debug)]
enum Call {
    Write {
        file: PathBuf,
        at: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: PathBuf,
        to: usize,
    },
    Sync {
        file: PathBuf,
    },
    Remove {
        file: PathBuf,
    },
    /// It said that another commit is stored.
    Acknowledge,
}

/// The calls of a process that makes a store and commits to it.
fn calls(task: &str) -> Vec<Call> {
    let folder = tempfile::tempdir().unwrap();
    let (path, trace) = (folder.path().join("store.db"), folder.path().join("trace"));
    let mut strace = Command::new("strace");
    let traced = "trace=openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,close";
    strace.args(["-qqq", "-xx", "-s", "1000000", "-e", traced, "-o"]).arg(&trace);
    strace.arg(env!("CARGO_BIN_EXE_sqlite_probe")).arg(task).arg(&path).arg(COMMITS.to_string());
    let output = strace.output().expect("`strace` runs: install it (`apt-get install strace`)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut files: BTreeMap<usize, PathBuf> = BTreeMap::new();
    let mut calls = Vec::new();
    for line in fs::read_to_string(trace).unwrap().lines() {
        let Some((name, rest)) = line.split_once('(') else { continue };
        let Some((arguments, result)) = rest.rsplit_once(" = ") else { continue };
        if result.starts_with('-') || result.starts_with('?') {
            continue;
        }
        let arguments: Vec<&str> = arguments.trim_end().trim_end_matches(')').split(", ").collect();
        let number = |index: usize| arguments[index].parse::<usize>().unwrap();
        let file = |files: &BTreeMap<usize, PathBuf>| files.get(&arguments[0].parse::<usize>().unwrap()).cloned();
        match name {
            "openat" => {
                let opened = PathBuf::from(String::from_utf8(bytes(arguments[1])).unwrap());
                let number = result.split(' ').next().unwrap().parse().unwrap();
                files.remove(&number);
                // The folder itself is the empty path.
                if let Ok(file) = opened.strip_prefix(folder.path())
                    && !file.to_string_lossy().ends_with("-shm")
                {
                    files.insert(number, file.to_owned());
                }
            }
            "close" => drop(files.remove(&number(0))),
            "write" if number(0) == 1 => calls.push(Call::Acknowledge),
            "write" if file(&files).is_some() => panic!("a write without a place: {line}"),
            "pwrite64" => {
                let Some(file) = file(&files) else { continue };
                calls.push(Call::Write { file, at: number(3), bytes: bytes(arguments[1]) });
            }
            "ftruncate" => {
                let Some(file) = file(&files) else { continue };
                calls.push(Call::Truncate { file, to: number(1) });
            }
            "fsync" | "fdatasync" => {
                let Some(file) = file(&files) else { continue };
                calls.push(Call::Sync { file });
            }
            "unlink" => {
                let removed = PathBuf::from(String::from_utf8(bytes(arguments[0])).unwrap());
                let Ok(file) = removed.strip_prefix(folder.path()) else { continue };
                calls.push(Call::Remove { file: file.to_owned() });
            }
            _ => {}
        }
    }
    let acknowledged = calls.iter().filter(|call| matches!(call, Call::Acknowledge)).count();
    assert_eq!(acknowledged, COMMITS, "the trace was read right");
    calls
}

/// The bytes of a string as `strace -xx` writes it.
fn bytes(text: &str) -> Vec<u8> {
    let text = text.trim_matches('"');
    text.split("\\x").skip(1).map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

type Files = BTreeMap<PathBuf, Vec<u8>>;

fn apply(files: &mut Files, call: &Call, part: usize) {
    match call {
        Call::Write { file, at, bytes } => {
            let content = files.entry(file.clone()).or_default();
            let bytes = &bytes[..bytes.len().min(part)];
            content.resize(content.len().max(at + bytes.len()), 0);
            content[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        Call::Truncate { file, to } => files.entry(file.clone()).or_default().resize(*to, 0),
        Call::Remove { file } => drop(files.remove(file)),
        Call::Sync { .. } | Call::Acknowledge => {}
    }
}

fn file_of(call: &Call) -> Option<&Path> {
    match call {
        Call::Write { file, .. } | Call::Truncate { file, .. } | Call::Remove { file } | Call::Sync { file } => {
            Some(file)
        }
        Call::Acknowledge => None,
    }
}

/// Which of the writes that were not synced have come to the disk.
#[derive(Clone, Copy, Debug)]
enum Kept {
    None,
    All,
    Some(u64),
    Torn(u64),
}

/// The files after a loss of power, when these calls were made.
fn disk(calls: &[Call], kept: Kept) -> Files {
    let mut rng = Rng::with_seed(match kept {
        Kept::Some(seed) | Kept::Torn(seed) => seed,
        Kept::None | Kept::All => 0,
    });
    let mut files = Files::new();
    for (index, call) in calls.iter().enumerate() {
        let Some(file) = file_of(call) else { continue };
        let later = &calls[index + 1..];
        // Which files there are is kept by syncing their folder, what is in them by syncing them.
        let keeper = if matches!(call, Call::Remove { .. }) { Path::new("") } else { file };
        let synced = later.iter().any(|later| matches!(later, Call::Sync { file } if file == keeper));
        let is_last = !later.iter().any(|later| file_of(later) == Some(file));
        let part = match kept {
            _ if synced => usize::MAX,
            Kept::All => usize::MAX,
            Kept::Some(_) if rng.bool() => usize::MAX,
            Kept::Torn(_) if !is_last => usize::MAX,
            Kept::Torn(_) => rng.usize(0..=8) * SECTOR,
            Kept::None | Kept::Some(_) => continue,
        };
        apply(&mut files, call, part);
    }
    files
}

fn whole_commits() -> Vec<Vec<Told>> {
    (0..=COMMITS).map(|count| commits().take(count).flat_map(|commit| events(&commit)).collect()).collect()
}

/// Opens what is left after each call, and gives the log that it has to `check`, with how many commits were acknowledged by then.
fn lose_power(task: &str, check: impl Fn(usize, Result<Vec<Told>, OpenError>, &Path)) -> usize {
    let calls = calls(task);
    let mut states = 0;
    for end in 1..=calls.len() {
        let (made, acknowledged) =
            (&calls[..end], calls[..end].iter().filter(|call| matches!(call, Call::Acknowledge)).count());
        for kept in
            [Kept::None, Kept::All, Kept::Some(end as u64), Kept::Some(end as u64 + 7_777), Kept::Torn(end as u64)]
        {
            let folder = tempfile::tempdir().unwrap();
            for (name, content) in disk(made, kept) {
                fs::write(folder.path().join(name), content).unwrap();
            }
            let path = folder.path().join("store.db");
            let opened = SqliteStore::open(&path).map(|store| log(&store));
            states += 1;
            check(acknowledged, opened, &path);
        }
    }
    states
}

#[test]
fn nothing_acknowledged_is_lost_at_full_durability() {
    let whole = whole_commits();
    let states = lose_power("commit", |acknowledged, found, path| {
        let found = found
            .unwrap_or_else(|error| panic!("after {acknowledged} commits {} is not opened: {error}", path.display()));
        let stored = whole.iter().position(|commits| *commits == found);
        assert!(
            stored.is_some_and(|stored| stored >= acknowledged),
            "{acknowledged} were acknowledged, {stored:?} found"
        );
    });
    assert!(states > 200, "{states}");
}

#[test]
fn only_the_last_commits_are_lost_at_normal_durability() {
    let whole = whole_commits();
    let states = lose_power("commit-normal", |_, found, path| {
        let found = match found {
            Ok(found) => found,
            // The record is of this start of the system, so that the store thinks that the file was changed.
            Err(OpenError::Behind { .. }) => log(&SqliteStore::builder().accept_loss().open(path).unwrap()),
            Err(error) => panic!("{error}"),
        };
        assert!(whole.contains(&found), "whole commits, up to one of them");
    });
    assert!(states > 100, "{states}");
}
