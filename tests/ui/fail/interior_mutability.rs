use std::cell::RefCell;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
    hits: AtomicI64,
    log: Arc<Mutex<Vec<String>>>,
    total: Option<OnceLock<i64>>,
    note: RefCell<String>,
    #[aggregate(interior_mutable)]
    cache: OnceLock<i64>,
}

#[events]
impl Account {
    #[event(Opened)]
    fn open() -> Self {
        Self {
            root: Root::new(),
            hits: AtomicI64::new(0),
            log: Arc::default(),
            total: None,
            note: RefCell::default(),
            cache: OnceLock::new(),
        }
    }

    fn balance(&self) -> i64 {
        self.hits.fetch_add(1, Ordering::Relaxed)
    }
}

/// What the name of a type does not show.
struct Counter(AtomicI64);

type Once = OnceLock<i64>;

#[derive(Aggregate)]
struct Hidden {
    root: Root<Self>,
    counter: Counter,
    once: [Once; 2],
    plain: Vec<String>,
    #[aggregate(interior_mutable)]
    cache: Counter,
}

#[events]
impl Hidden {
    #[event(Hid)]
    fn hide(plain: Vec<String>) -> Self {
        let counter = || Counter(AtomicI64::new(0));
        Self { root: Root::new(), counter: counter(), once: Default::default(), plain, cache: counter() }
    }
}

/// Of what cannot go between threads, that is said alone.
#[derive(Aggregate)]
struct Shown {
    root: Root<Self>,
    times: std::cell::Cell<u8>,
}

#[events]
impl Shown {
    #[event(Began)]
    fn begin() -> Self {
        Self { root: Root::new(), times: Default::default() }
    }
}

/// A name that others give to what they have.
mod board {
    #[derive(Clone, Copy)]
    pub struct Cell(pub u8);
}

#[derive(Aggregate)]
struct Board {
    root: Root<Self>,
    cells: [board::Cell; 9],
    #[aggregate(interior_mutability)]
    other: u8,
}

#[events]
impl Board {
    #[event(Begun)]
    fn begin() -> Self {
        Self { root: Root::new(), cells: [board::Cell(0); 9], other: 0 }
    }
}

fn main() {
    let _ = Board::begin().cells[0].0;
}
