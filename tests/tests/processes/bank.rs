//! Money that goes from one account to the other by two processes, which are killed and stopped. `strace` does it; without it these tests fail.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io};

use eventsourcing::prelude::*;
use eventsourcing_tests::transfers::{Purse, PurseBank, SendingEvent, Transfer, with_transfers};
use pollster::block_on;
use tempfile::TempDir;

type Tested = Result<(), Box<dyn Error>>;

const CENTS: i64 = 1_000;

struct Place {
    folder: TempDir,
    from: Id<Purse>,
    to: Id<Purse>,
}

impl Place {
    /// A store with two accounts and transfers of 1, 2, 3 .. cents.
    fn with_transfers(count: i64) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?;
        let (mut from, mut to) = (Purse::open(CENTS), Purse::open(0));
        let place = Self { folder, from: from.id(), to: to.id() };
        block_on(async {
            let bank = place.bank()?;
            bank.commit((&mut from, &mut to)).await?;
            place.request(&bank, 1..=count).await
        })?;
        Ok(place)
    }

    async fn request(&self, bank: &PurseBank, cents: impl IntoIterator<Item = i64>) -> Tested {
        for cents in cents {
            bank.transfers.save(&mut Transfer::request(self.from, self.to, cents)).await?;
        }
        Ok(())
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("bank.db")
    }

    fn views(&self) -> PathBuf {
        self.folder.path().join("views")
    }

    fn bank(&self) -> Result<PurseBank, Box<dyn Error>> {
        Ok(PurseBank::new(SqliteStore::open(self.store())?))
    }

    /// What both accounts have, and what is on its way.
    async fn sums(&self, bank: &PurseBank) -> Result<(i64, i64, i64), Box<dyn Error>> {
        let (from, to) = (bank.purses.get(self.from).await?.cents, bank.purses.get(self.to).await?.cents);
        let (mut on_the_way, mut log) = (0, bank.sendings.log());
        loop {
            let page = log.next_page().await?;
            if page.is_empty() {
                return Ok((from, to, on_the_way));
            }
            for recorded in page {
                let id = Id::from(recorded.stream.id());
                let Some(SendingEvent::Sent { cents, .. }) = recorded.event.known() else { continue };
                on_the_way += if bank.receivings.contains(id).await? { 0 } else { cents };
            }
        }
    }

    /// That no money was made or lost, and that what is left is done once.
    fn assert_whole(&self, moved: i64) -> Tested {
        block_on(async {
            let bank = self.bank()?;
            let (from, to, on_the_way) = self.sums(&bank).await?;
            assert_eq!(from + to + on_the_way, CENTS, "{from} {to} {on_the_way}");
            let views = with_transfers(Views::sqlite(self.views())?);
            let running = bank.run(&views)?;
            views.caught_up().await?;
            views.caught_up().await?;
            running.stop().await;
            assert_eq!(self.sums(&bank).await?, (CENTS - moved, moved, 0));
            Ok(())
        })
    }
}

fn probe(inject: &str, store: &Path, views: &Path) -> Output {
    let mut strace = Command::new("strace");
    let calls = inject.split(':').next().unwrap();
    strace.args(["-f", "-qqq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e", &format!("inject={inject}")]);
    for what in ["", "-wal", "-shm", "-journal"] {
        strace.arg("-P").arg(format!("{}{what}", store.display()));
        strace.arg("-P").arg(views.join(format!("subscriptions.db{what}")));
    }
    strace.arg(env!("CARGO_BIN_EXE_transfers_probe")).arg("once").arg(store).arg(views);
    strace
        .output()
        .expect("`strace` runs: install it (`apt-get install strace`); this test is worth nothing without it")
}

#[test]
fn a_bank_that_is_killed_at_any_write_or_sync_loses_no_money() -> Tested {
    for (call, least) in [("pwrite64", 20), ("fsync", 4)] {
        let mut kills = 0;
        for point in 1.. {
            let place = Place::with_transfers(3)?;
            let output = probe(&format!("{call}:signal=KILL:when={point}"), &place.store(), &place.views());
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(error.is_empty(), "{call} {point}: {error}");
            place.assert_whole(1 + 2 + 3)?;
            if output.status.success() {
                break;
            }
            kills += 1;
        }
        println!("{call}: {kills}");
        assert!(kills >= least, "{call}: {kills}");
    }
    Ok(())
}

/// A bank in a process of its own, which is killed when this is dropped.
struct Running(Child);

impl Running {
    fn start(place: &Place) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_transfers_probe"));
        Self(command.arg("on").arg(place.store()).arg(place.views()).spawn().unwrap())
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").arg(signal).arg(self.0.id().to_string()).status().unwrap();
        assert!(sent.success());
    }
}

impl Running {
    /// Stops it in the midst of its work, but not of a transaction, which would keep the file from others.
    fn stop(&self, store: &Path) -> Tested {
        let others = rusqlite::Connection::open(store)?;
        others.busy_timeout(Duration::ZERO)?;
        loop {
            self.signal("-STOP");
            while !self.has_stopped()? {
                thread::sleep(Duration::from_millis(1));
            }
            if others.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok() {
                return Ok(());
            }
            self.signal("-CONT");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Whether all of its threads stand still: each goes on until the signal has come to it.
    fn has_stopped(&self) -> io::Result<bool> {
        for thread in fs::read_dir(format!("/proc/{}/task", self.0.id()))? {
            // One that has ended meanwhile has no status.
            let status = fs::read_to_string(thread?.path().join("status")).unwrap_or_default();
            if !status.is_empty() && !status.contains("State:\tT") {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn a_bank_that_is_stopped_past_its_lease_is_followed_by_another_and_does_no_harm() -> Tested {
    let place = Place::with_transfers(50)?;
    let first = Running::start(&place);
    let bank = place.bank()?;
    block_on(async {
        let begun = Instant::now();
        while bank.purses.get(place.to).await?.cents == 0 {
            assert!(begun.elapsed() < Duration::from_secs(30));
            thread::sleep(Duration::from_millis(1));
        }
        first.stop(&place.store())?;
        place.request(&bank, 51..=60).await?;
        // It has the lease, and is waited for as long as that is.
        let views = with_transfers(Views::sqlite(place.views())?);
        let running = bank.run(&views)?;
        views.caught_up_within(Duration::from_secs(60)).await?;
        views.caught_up_within(Duration::from_secs(60)).await?;
        first.signal("-CONT");
        place.request(&bank, 61..=70).await?;
        views.caught_up().await?;
        views.caught_up().await?;
        thread::sleep(Duration::from_millis(200));
        let moved = (1..=70).sum::<i64>();
        assert_eq!(place.sums(&bank).await?, (CENTS - moved, moved, 0));
        for process in views.processes() {
            assert_eq!(process.parked, 0);
        }
        running.stop().await;
        Tested::Ok(())
    })
}

#[test]
fn what_a_request_leads_to_says_so_across_processes() -> Tested {
    let place = Place::with_transfers(0)?;
    block_on(async {
        let bank = place.bank()?;
        let views = with_transfers(Views::memory());
        let running = bank.run(&views)?;
        let request = Metadata::new().with_correlation_id("request 7");
        let mut transfer = Transfer::request(place.from, place.to, 5);
        let asked = bank.transfers.with_metadata(request).save(&mut transfer).await?;
        views.caught_up().await?;
        views.caught_up().await?;
        let sent = &bank.sendings.history(Id::from(transfer.id().as_uuid())).await?[0];
        let received = &bank.receivings.history(Id::from(transfer.id().as_uuid())).await?[0];
        for (recorded, cause) in [(&sent.metadata, asked), (&received.metadata, sent.position)] {
            assert_eq!(recorded.correlation_id(), Some("request 7"));
            assert_eq!(recorded.causation_id(), Some(&*cause.to_string()));
        }
        running.stop().await;
        Ok(())
    })
}
