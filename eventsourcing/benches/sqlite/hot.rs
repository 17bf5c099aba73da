//! Many callers update one aggregate.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::prelude::*;
use uuid::Uuid;

use crate::account::Account;
use crate::by_hand::ByHand;
use crate::domain::{Event, id};
use crate::files::Files;
use crate::many::{race, with_waits};
use crate::ours;
use crate::paired::Side;
use crate::sides::{OURS, OURS_ASYNC, count};

const CALLERS: usize = 64;
/// What a process is called with that updates beside others: a path, an id, and how often.
pub(crate) const UPDATE: &str = "update-beside-others";

/// An account, the store that it is in, and how often a command ran on it.
struct Hot {
    store: SqliteStore,
    accounts: Repository<Account>,
    id: Id<Account>,
    runs: Arc<AtomicU64>,
}

impl Hot {
    fn open(path: &Path) -> Self {
        let store = ours::open(path, true);
        let accounts = Repository::<Account>::new(store.clone());
        let mut account = Account::open("alice");
        accounts.blocking().save(&mut account).unwrap();
        Self { store, accounts, id: account.id(), runs: Arc::default() }
    }

    fn command(&self) -> impl Fn(&mut Account) + Clone + Send + use<> {
        let runs = Arc::clone(&self.runs);
        move |account| {
            runs.fetch_add(1, Ordering::Relaxed);
            account.deposit(5);
        }
    }

    fn threads(&self, updates: u64) -> Vec<Duration> {
        let accounts = self.accounts.blocking();
        race(CALLERS, updates, || {
            let (accounts, command) = (&accounts, self.command());
            move || accounts.update(self.id, &command).unwrap()
        })
    }

    async fn tasks(&self, updates: u64) -> Vec<Duration> {
        let each = updates / CALLERS as u64;
        let tasks: Vec<_> = (0..CALLERS)
            .map(|_| {
                let (accounts, command, id) = (self.accounts.clone(), self.command(), self.id);
                tokio::spawn(async move {
                    let mut waits = Vec::new();
                    for _ in 0..each {
                        let since = Instant::now();
                        accounts.update(id, &command).await.unwrap();
                        waits.push(since.elapsed());
                    }
                    waits
                })
            })
            .collect();
        let mut waits = Vec::new();
        for task in tasks {
            waits.extend(task.await.unwrap());
        }
        waits.sort();
        waits
    }

    /// What the command ran on average for each of so many updates, all of which are stored.
    fn runs_for_each(&self, updates: u64) -> f64 {
        let account = self.accounts.blocking().get(self.id).unwrap();
        assert_eq!(account.version(), updates + 1, "each update is stored once");
        self.runs.swap(0, Ordering::Relaxed) as f64 / updates as f64
    }
}

/// A mutex around load, insert and sync, on accounts that are replaced at 50 events: ours has any number, and is not loaded.
fn mutex(files: &Files, updates: u64) -> Side {
    let file = Mutex::new((ByHand::open(&files.path("mutex"), true), id(), 0));
    with_waits(files, "mutex by hand", move || {
        race(CALLERS, updates, || {
            || {
                let (file, stream, version) = &mut *file.lock().unwrap();
                if *version == 50 {
                    (*stream, *version) = (id(), 0);
                }
                let loaded = file.load(*stream).version;
                file.save(*stream, loaded, &[Event::next(loaded)]);
                *version = loaded + 1;
            }
        })
    })
}

pub(crate) fn sides(scale: f64) -> Vec<Side> {
    let files = Files::new();
    let updates = count(100, scale) * CALLERS as u64;
    let threads = Hot::open(&files.path("ours"));
    let ours = with_waits(&files, OURS, move || threads.threads(updates));
    let tasks = Hot::open(&files.path("ours, async"));
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let ours_async = with_waits(&files, OURS_ASYNC, move || runtime.block_on(tasks.tasks(updates)));
    vec![mutex(&files, updates / 4), ours, ours_async]
}

#[derive(Application)]
struct Bank {
    accounts: Repository<Account>,
}

/// How often commands run, what plain commits get beside them, and whether other processes come to their turn.
pub(crate) fn report() -> String {
    let files = Files::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let updates = 100 * CALLERS as u64;
    let (threads, tasks) = (Hot::open(&files.path("threads")), Hot::open(&files.path("tasks")));
    threads.threads(updates);
    runtime.block_on(tasks.tasks(updates));
    let mut lines = format!(
        "One aggregate, {CALLERS} callers, {updates} updates: each command ran {:.3} times as a thread, {:.3} times as a task.",
        threads.runs_for_each(updates),
        tasks.runs_for_each(updates),
    );
    for kind in ["update of two aggregates", "update under a given id", "get and save, by retry"] {
        let hot = Hot::open(&files.path(kind));
        let (hot, plain) = runtime.block_on(beside(&hot, kind));
        let share = (plain as f64 / 8.0) / (hot as f64 / CALLERS as f64);
        write!(
            lines,
            "\nFor a second, 8 callers of `{kind}` beside {CALLERS} of `update`: {plain} and {hot} done, {share:.2} of a fair share."
        )
        .unwrap();
    }
    let (done, runs, seconds) = processes(&files.path("processes"));
    lines
        + &format!(
            "\n8 processes, {done} updates in all: all done in {seconds:.1} s, each command ran {runs:.2} times."
        )
}

/// How many updates, and how many plain commits, are done in a second.
async fn beside(hot: &Hot, kind: &'static str) -> (u64, u64) {
    let is_over = Arc::new(AtomicBool::new(false));
    let pipelined: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (accounts, command, id, is_over) = (hot.accounts.clone(), hot.command(), hot.id, Arc::clone(&is_over));
            tokio::spawn(async move {
                let mut done = 0_u64;
                while !is_over.load(Ordering::Relaxed) {
                    accounts.update(id, &command).await.unwrap();
                    done += 1;
                }
                done
            })
        })
        .collect();
    let plain: Vec<_> = (0..8)
        .map(|_| {
            let (bank, id, is_over) = (Bank::new(hot.store.clone()), hot.id, Arc::clone(&is_over));
            tokio::spawn(async move {
                let mut other = Account::open("bob");
                bank.accounts.save(&mut other).await.unwrap();
                let mut done = 0_u64;
                while !is_over.load(Ordering::Relaxed) {
                    once(&bank, kind, id, other.id()).await;
                    done += 1;
                }
                done
            })
        })
        .collect();
    tokio::task::spawn_blocking(|| thread::sleep(Duration::from_secs(1))).await.unwrap();
    is_over.store(true, Ordering::Relaxed);
    let (mut hot, mut done) = (0, 0);
    for task in pipelined {
        hot += task.await.unwrap();
    }
    for task in plain {
        done += task.await.unwrap();
    }
    (hot, done)
}

async fn once(bank: &Bank, kind: &str, id: Id<Account>, other: Id<Account>) {
    match kind {
        "update of two aggregates" => bank
            .update((id, other), |(from, to)| {
                from.withdraw(1);
                to.deposit(1);
            })
            .await
            .unwrap(),
        "update under a given id" => {
            bank.accounts.update_with(CommitId::new(), id, |account| account.deposit(1)).await.unwrap();
        }
        _ => {
            let saved = bank.retry(|| async {
                let mut account = bank.accounts.get(id).await?;
                account.deposit(1);
                bank.accounts.save(&mut account).await?;
                Ok::<_, eventsourcing::Error>(())
            });
            saved.await.unwrap();
        }
    }
}

/// 8 processes that update one aggregate: how many updates they did, how often a command ran for each, and how many seconds it took.
fn processes(path: &Path) -> (u64, f64, f64) {
    const EACH: u64 = 100;
    let hot = Hot::open(path);
    let since = Instant::now();
    let children: Vec<_> = (0..8)
        .map(|_| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args([UPDATE, path.to_str().unwrap(), &hot.id.to_string(), &EACH.to_string()]);
            command.stdout(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let mut runs = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        runs += String::from_utf8(output.stdout).unwrap().trim().parse::<u64>().unwrap();
    }
    let seconds = since.elapsed().as_secs_f64();
    hot.runs.store(runs, Ordering::Relaxed);
    (8 * EACH, hot.runs_for_each(8 * EACH), seconds)
}

/// One of these processes; gives how often its command ran.
pub(crate) fn update(path: &Path, id: Uuid, times: u64) -> u64 {
    let accounts = Repository::<Account>::new(ours::open(path, true)).blocking();
    let mut runs = 0;
    for _ in 0..times {
        let command = |account: &mut Account| {
            runs += 1;
            account.deposit(5);
        };
        accounts.update(Id::from(id), command).unwrap();
    }
    runs
}
