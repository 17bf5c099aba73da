//! A test of time and memory that is run by hand, in release: `timers_probe STORE FOLDER TIMERS FIRED AT_ONCE` sets so many timers in a store, says how long a
//! runner takes to know them and how much memory it has then, and how long it takes to fire so many of them.

use std::error::Error;
use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use eventsourcing::prelude::*;
use eventsourcing::process::{Process, Reacting, Reaction, Source};
use eventsourcing::store::{Commit, EventStore as _};
use eventsourcing::testing::TestClock;
use eventsourcing::{StreamId, Version};
use pollster::block_on;
use uuid::Uuid;

/// A process that is there and waits.
#[derive(Aggregate)]
struct Reminder {
    root: Root<Self>,
    fired: u32,
}

#[events]
impl Reminder {
    #[event(Started)]
    #[expect(dead_code, reason = "it is put into the store as it is stored")]
    fn start() -> Self {
        Self { root: Root::new(), fired: 0 }
    }

    #[event(Fired)]
    fn fired(&mut self) {
        self.fired += 1;
    }
}

#[derive(Application)]
struct App {
    reminders: Repository<Reminder>,
}

impl Process for Reminder {
    type App = App;
    const SOURCES: &'static [Source<Self>] = &[];
    const TIMERS: &'static [&'static str] = &["due"];

    fn fire<'a>(mut self, _: &'a str, _: &'a mut Reaction<'_, App>) -> Reacting<'a, Self> {
        Box::pin(async move {
            self.fired();
            Ok(self)
        })
    }
}

/// One second after the other.
fn due(number: u64) -> u64 {
    (1_000_000 + number) * 1_000_000
}

fn fill(store: &SqliteStore, count: u64) -> Result<(), Box<dyn Error>> {
    for first in (0..count).step_by(400) {
        let mut commit = Commit::new();
        for number in first..count.min(first + 400) {
            let id = Uuid::from_u128(u128::from(number) << 64 | 7);
            commit.append(StreamId::new("Reminder", id), Version::new(0))?.event("Started", 1, b"{}")?;
            let journal = format!("{{\"cause\":{number},\"nth\":0,\"set\":{{\"due\":{}}}}}", due(number));
            let append = commit.append(StreamId::new("Reminder~process", id), Version::new(0))?;
            append.event("Reacted", 1, journal.as_bytes())?;
        }
        block_on(store.commit(commit))?;
    }
    Ok(())
}

/// The memory of this process, in MB.
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() / 1024
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [store, folder, timers, fired, at_once] = arguments.as_slice() else {
        return Err("STORE FOLDER TIMERS FIRED AT_ONCE".into());
    };
    let (timers, fired, at_once) = (timers.parse()?, fired.parse::<u64>()?, at_once.parse()?);
    let store = SqliteStore::open(store)?;
    fill(&store, timers)?;
    let (app, clock) = (App::new(store), TestClock::at(UNIX_EPOCH));
    let views = Views::sqlite(folder)?.with_process::<Reminder>().clock(clock.clone()).reactions_at_once(at_once);
    let (before, begun) = (memory(), Instant::now());
    let running = app.run(&views)?;
    block_on(views.caught_up())?;
    println!("{} timers known in {:?}, {} MB more", views.processes()[0].timers, begun.elapsed(), memory() - before);
    let begun = Instant::now();
    clock.set(SystemTime::UNIX_EPOCH + Duration::from_micros(due(fired)) - Duration::from_millis(1));
    block_on(views.caught_up())?;
    println!("{fired} fired in {:?}", begun.elapsed());
    assert_eq!(views.processes()[0].timers as u64, timers - fired);
    running.stop_blocking();
    Ok(())
}
