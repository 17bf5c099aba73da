//! Views beside the writers: by a process of their own, which is killed and stopped as well.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use eventsourcing::prelude::*;
use eventsourcing::store::EventStore;
use eventsourcing_tests::tally::{self, Tally};
use fastrand::Rng;

/// A process that keeps a view of a store up to date.
pub struct Viewer {
    store: PathBuf,
    folder: PathBuf,
    process: Child,
    asks: ChildStdin,
    says: BufReader<ChildStdout>,
}

impl Viewer {
    pub fn start(store: &Path, folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_views_probe"));
        process.arg("serve").arg(store).arg(folder).arg("200").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = process.spawn().unwrap();
        let (asks, says) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut viewer = Self { store: store.to_owned(), folder: folder.to_owned(), process, asks, says };
        assert_eq!((viewer.answer(), viewer.ask("run")), ("open".to_owned(), "done".to_owned()));
        viewer
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn ask(&mut self, line: &str) -> String {
        writeln!(self.asks, "{line}").unwrap();
        self.answer()
    }

    /// Lets something happen to it: it is killed and begins again, or builds its rows again.
    pub fn disturb(&mut self, rng: &mut Rng) {
        match rng.u8(..4) {
            0 => {
                let (store, folder) = (self.store.clone(), self.folder.clone());
                *self = Self::start(&store, &folder);
            }
            1 => assert_eq!(self.ask("rebuild"), "done"),
            _ => assert_eq!(self.ask("caught"), "ok"),
        }
    }

    /// That it has each event of this log once.
    pub fn assert_right(&mut self, log: &dyn EventStore) {
        assert_eq!(self.ask("caught"), "ok");
        let views = Views::sqlite(&self.folder).unwrap().with::<Tally>();
        let head = pollster::block_on(log.head()).unwrap().get();
        assert_eq!(tally::rows(&views), tally::expected(log, head, false));
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        // One that has ended already is no failure.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
