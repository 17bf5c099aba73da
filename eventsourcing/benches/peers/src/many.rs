//! Many callers at once, each with a new account in each commit.

use std::thread;
use std::time::{Duration, Instant};

use crate::accounts::{Accounts, RUNTIME};
use crate::by_hand::ByHand;
use crate::cqrs_es_side::CqrsEs;
use crate::disk;
use crate::domain::{Event, id};
use crate::evento_side::Evento;
use crate::paired::Side;
use crate::rows::count;

#[derive(Clone, Copy)]
struct Race {
    callers: usize,
    /// Commits of each caller.
    each: u64,
    full: bool,
}

pub(crate) fn sides(callers: usize, full: bool, scale: f64) -> Vec<Side> {
    let each = count(if full { 4_000 } else { 20_000 }, scale) / callers as u64;
    let race = Race { callers, each, full };
    vec![race.threads(), race.tasks::<CqrsEs>(), race.tasks::<Evento>()]
}

impl Race {
    /// "rusqlite alone": threads, each with its own connection.
    fn threads(self) -> Side {
        let folder = disk::folder();
        let path = folder.path().join("events");
        ByHand::open(&path, self.full);
        self.side(ByHand::NAME, move || {
            let _ = &folder;
            let files: Vec<_> = (0..self.callers).map(|_| ByHand::open(&path, self.full)).collect();
            let call = |mut file: ByHand| {
                let mut longest = Duration::ZERO;
                for _ in 0..self.each {
                    let since = Instant::now();
                    file.save(id(), 0, &[Event::next(0)]);
                    longest = longest.max(since.elapsed());
                }
                longest
            };
            thread::scope(|scope| {
                let threads: Vec<_> = files.into_iter().map(|file| scope.spawn(move || call(file))).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).max().unwrap()
            })
        })
    }

    /// A peer: tasks that share its pool, of a runtime with a thread for each core.
    fn tasks<A: Accounts + Clone + Send>(self) -> Side {
        let folder = disk::folder();
        let accounts = RUNTIME.block_on(A::open(&folder.path().join("events"), self.full));
        self.side(A::NAME, move || {
            let _ = &folder;
            let call = |mut accounts: A| async move {
                let mut longest = Duration::ZERO;
                for _ in 0..self.each {
                    let since = Instant::now();
                    accounts.create(id(), 1).await;
                    longest = longest.max(since.elapsed());
                }
                longest
            };
            let tasks: Vec<_> = (0..self.callers).map(|_| RUNTIME.spawn(call(accounts.clone()))).collect();
            tasks.into_iter().map(|task| RUNTIME.block_on(task).unwrap()).max().unwrap()
        })
    }

    fn side(self, name: &'static str, mut longest: impl FnMut() -> Duration + 'static) -> Side {
        let units = self.each * self.callers as u64;
        Side { name, turn: Box::new(move || (units, longest().as_secs_f64())) }
    }
}
