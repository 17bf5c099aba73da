//! Random commits and conflicts by a process that is killed again and again, restarts, and damage, with memory as the model and a reader,
//! a view and a subscription that follow: nothing acknowledged is lost, nothing is there twice, nothing is skipped, and what is damaged is never given out.
//!
//! It runs for `SURVIVAL_SECONDS` (10), and prints its seed; `SURVIVAL_SEED` makes the same choices again.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod subscriber;
mod viewer;

use std::io::{BufRead, BufReader, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs};

use eventsourcing::error::CommitError;
use eventsourcing::store::{Commit, LogRead};
use eventsourcing::{MemoryStore, SqliteStore};
use eventsourcing_tests::sqlite::{EventCopy, beside, commit_of, copy_of, log};
use fastrand::Rng;

use crate::subscriber::Subscriber;
use crate::viewer::Viewer;

const STREAMS: u64 = 6;

/// A process that commits what a test sends it.
struct Server {
    process: Child,
    asks: ChildStdin,
    says: BufReader<ChildStdout>,
}

impl Server {
    fn start(path: &Path, full: bool) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_sqlite_probe"));
        process.arg("serve").arg(path).arg(if full { "full" } else { "normal" });
        let mut process = process.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (asks, says) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut server = Self { process, asks, says };
        assert_eq!(server.answer(), "open");
        server
    }

    fn ask(&mut self, line: &str) {
        writeln!(self.asks, "{line}").unwrap();
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// Kills it, and gives what it had said by then.
    fn kill(mut self) -> String {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        let mut rest = String::new();
        self.says.read_to_string(&mut rest).unwrap();
        rest.trim().to_owned()
    }

    fn end(mut self) {
        drop(self.asks);
        assert!(self.process.wait().unwrap().success());
    }
}

/// A commit, as it is sent to the process.
struct Asked {
    line: String,
    commit: Commit,
}

fn asked(rng: &mut Rng, number: u64, model: &MemoryStore) -> Asked {
    let mut appends = Vec::new();
    let mut streams: Vec<u64> = (0..STREAMS).collect();
    rng.shuffle(&mut streams);
    for stream in streams.into_iter().take(rng.usize(1..=3)) {
        let id = commit_of(0, &[(stream, 0, 0)]).appends().next().unwrap().stream.clone();
        let read = eventsourcing::store::StreamRead::new(id).backward().limit(1);
        let at = model.blocking().read_stream(read, &mut |_| ControlFlow::Continue(())).unwrap().reached.get();
        let expected = if rng.u8(..12) == 0 { at + rng.u64(1..3) } else { at };
        appends.push((stream, expected, rng.u64(0..5)));
    }
    let numbers = appends.iter().map(|(stream, expected, events)| format!(" {stream} {expected} {events}"));
    Asked { line: format!("{number}{}", numbers.collect::<String>()), commit: commit_of(number, &appends) }
}

/// What the model says of a commit, in the words of the process. Whether it is a repetition is left out: after a kill it may be.
fn expected(model: &MemoryStore, commit: &Commit) -> String {
    match model.blocking().commit(commit.clone()) {
        Ok(committed) => format!("stored {} {}", committed.first, committed.last),
        Err(CommitError::Conflict(conflict)) => format!("conflict {}", conflict.actual),
        Err(error) => unreachable!("{error}"),
    }
}

fn without_repetition(answer: &str) -> &str {
    answer.trim_end_matches(" true").trim_end_matches(" false")
}

/// Ends the follower when it is dropped, by a panic too: otherwise a failed assertion would leave the scope waiting for it.
struct EndsFollower<'a>(&'a AtomicBool);

impl Drop for EndsFollower<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Follows the log until the end, and gives all that it has seen.
fn follow(path: &Path, done: &AtomicBool) -> Vec<EventCopy> {
    let store = SqliteStore::open(path).unwrap();
    let mut seen: Vec<EventCopy> = Vec::new();
    loop {
        let last = done.load(Ordering::SeqCst);
        let after = seen.len() as u64;
        let page = store.blocking().read_log(LogRead::after(after).limit(50), &mut |event| {
            assert_eq!(event.position, seen.len() as u64 + 1, "nothing is skipped");
            seen.push(copy_of(&event));
            ControlFlow::Continue(())
        });
        if last && !page.unwrap().more {
            return seen;
        }
        thread::sleep(Duration::from_micros(200));
    }
}

/// Damages a copy of the files, and looks at what is given out then.
fn damage(rng: &mut Rng, path: &Path, sound: &[EventCopy]) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("store.db");
    for what in ["", "-wal", "-head"] {
        if beside(path, what).exists() {
            fs::copy(beside(path, what), beside(&copy, what)).unwrap();
        }
    }
    let what = ["", "-wal", "-head"][rng.usize(..3)];
    let Ok(mut bytes) = fs::read(beside(&copy, what)) else { return };
    if bytes.is_empty() {
        return;
    }
    match rng.u8(..3) {
        0 => bytes.truncate(rng.usize(..bytes.len())),
        1 => {
            for _ in 0..rng.usize(1..5) {
                let bit = rng.usize(..bytes.len() * 8);
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
        }
        _ => {
            let start = rng.usize(..bytes.len());
            let end = (start + rng.usize(1..5000)).min(bytes.len());
            bytes[start..end].fill(rng.u8(..));
        }
    }
    fs::write(beside(&copy, what), bytes).unwrap();

    let mut seen: Vec<EventCopy> = Vec::new();
    if let Ok(store) = SqliteStore::open(&copy) {
        let mut after = 0;
        while let Ok(page) = store.blocking().read_log(LogRead::after(after), &mut |event| {
            seen.push(copy_of(&event));
            ControlFlow::Continue(())
        }) {
            if !page.more {
                break;
            }
            after = page.reached.get();
        }
        assert_eq!(Some(&seen[..]), sound.get(..seen.len()), "what is given out is what was stored");
    }
    let to = folder.path().join("salvaged.db");
    let keep_on = |_| ControlFlow::Continue(());
    let _ = SqliteStore::verify(&copy, keep_on);
    if SqliteStore::salvage(&copy, &to, keep_on).is_ok() {
        let salvaged = log(&SqliteStore::open(&to).unwrap());
        assert!(salvaged.iter().all(|event| sound.contains(event)), "nothing is made up");
    }
}

#[test]
fn what_was_acknowledged_survives() {
    let seconds = env::var("SURVIVAL_SECONDS").map_or(10, |seconds| seconds.parse().unwrap());
    let seed = env::var("SURVIVAL_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("SURVIVAL_SEED={seed}");
    let (mut rng, begun) = (Rng::with_seed(seed), Instant::now());
    let (mut kills, mut lost_answers, mut damages, mut rounds, mut commits, mut repeated) = (0, 0, 0, 0, 0, 0);
    while begun.elapsed() < Duration::from_secs(seconds) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let (model, done) = (MemoryStore::new(), AtomicBool::new(false));
        let full = rng.bool();
        drop(SqliteStore::open(&path).unwrap());
        let followed = thread::scope(|scope| {
            let follower = scope.spawn(|| follow(&path, &done));
            let ends_follower = EndsFollower(&done);
            let mut viewer = Viewer::start(&path, &folder.path().join("views"));
            let mut subscriber = Subscriber::start(&path, &folder.path().join("views"));
            let mut number = 0;
            for _ in 0..rng.usize(4..12) {
                viewer.disturb(&mut rng);
                subscriber.disturb(&mut rng);
                let mut server = Server::start(&path, full);
                for _ in 0..rng.usize(0..30) {
                    if rng.u8(..12) == 0 {
                        subscriber.disturb(&mut rng);
                    }
                    number += 1;
                    let asked = asked(&mut rng, number, &model);
                    server.ask(&asked.line);
                    assert_eq!(without_repetition(&server.answer()), expected(&model, &asked.commit), "{seed}");
                }
                if rng.u8(..4) == 0 {
                    server.end();
                    continue;
                }
                number += 1;
                kills += 1;
                let last = asked(&mut rng, number, &model);
                server.ask(&last.line);
                thread::sleep(Duration::from_micros(rng.u64(..1500)));
                let said = server.kill();
                let expected = expected(&model, &last.commit);
                if said.is_empty() {
                    lost_answers += 1;
                    let mut server = Server::start(&path, full);
                    server.ask(&last.line);
                    assert_eq!(without_repetition(&server.answer()), expected, "{seed}: asked again");
                    server.end();
                } else {
                    assert_eq!(without_repetition(&said), expected, "{seed}");
                }
                if rng.bool() {
                    damages += 1;
                    damage(&mut rng, &path, &log(&model));
                }
            }
            commits += number;
            viewer.assert_right(&model);
            repeated += subscriber.assert_delivered(log(&model).len() as u64);
            drop((viewer, subscriber));
            drop(ends_follower);
            follower.join().unwrap()
        });
        assert_eq!(followed, log(&model), "{seed}: the reader has seen all");
        let verified = SqliteStore::verify(&path, |_| ControlFlow::Continue(())).unwrap();
        assert_eq!((verified.sound, verified.findings), (log(&model).len() as u64, vec![]), "{seed}");
        rounds += 1;
    }
    println!(
        "{rounds} stores, {commits} commits, {kills} kills, {lost_answers} lost answers, {damages} damaged copies, {repeated} events \
         delivered again"
    );
    assert!(kills > 5 && lost_answers > 0 && damages > 0, "too little has happened to tell");
}
