//! A durable subscription beside the writers: read by a process of its own, which is killed as well.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing_tests::received;
use fastrand::Rng;

/// A process that reads a subscription of a store, and has a file receive what is delivered.
pub struct Subscriber {
    store: PathBuf,
    folder: PathBuf,
    process: Child,
}

impl Subscriber {
    pub fn start(store: &Path, folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_subscriber"));
        // So long that only the lock shows the next one that this one was killed.
        process.arg("log").arg(store).arg(folder).arg(receiver(folder)).arg("600000");
        Self { store: store.to_owned(), folder: folder.to_owned(), process: process.spawn().unwrap() }
    }

    /// Kills it in the midst of whatever it does, and begins again.
    pub fn disturb(&mut self, rng: &mut Rng) {
        if rng.bool() {
            self.kill();
            *self = Self::start(&self.store, &self.folder);
        }
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// That each event of a log that ends there was delivered. Gives how many were delivered again.
    pub fn assert_delivered(&mut self, head: u64) -> usize {
        let (receiver, begun) = (receiver(&self.folder), Instant::now());
        while received::acknowledged(&receiver) < head {
            assert!(self.process.try_wait().unwrap().is_none(), "it has ended");
            assert!(begun.elapsed() < Duration::from_secs(60), "{} of {head}", received::acknowledged(&receiver));
            thread::sleep(Duration::from_millis(1));
        }
        received::assert_delivered(&receiver, head)
    }
}

fn receiver(folder: &Path) -> PathBuf {
    folder.with_file_name("received")
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        // One that has ended already is no failure.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
