#![allow(unused)]

use eventsourcing::prelude::*;
use eventsourcing::rusqlite;
use eventsourcing::view::SqliteTx;

#[derive(Aggregate)]
pub struct Account {
    root: Root<Self>,
}

#[events]
impl Account {
    #[event(Opened)]
    pub fn open(owner: String) -> Self {
        Self { root: Root::new() }
    }

    #[event(Deposited)]
    pub fn deposit(&mut self, amount: f64) {}

    #[event(Closed)]
    pub fn close(&mut self) {}
}

/// An event is neither handled nor ignored.
pub struct Unhandled;

#[projection(version = 1)]
impl Unhandled {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Opened)]
    fn opened(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Closed)]
    fn closed(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }
}

/// What is returned, a field that is none, a key that is none.
pub struct Types;

#[projection(version = 1)]
impl Types {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> Result<(), String> {
        Ok(())
    }

    #[on(AccountEvent::Opened, key = owner)]
    fn opened(tx: &SqliteTx<'_>, name: &str) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Deposited, key = amount)]
    fn deposited(tx: &SqliteTx<'_>, amount: f64) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Closed, key = at.id())]
    fn closed(tx: &SqliteTx<'_>) -> rusqlite::Result<usize> {
        Ok(1)
    }
}

struct NoProjection;

fn main() {
    let _views = Views::memory().with_sql::<NoProjection>();
    fn commits(tx: &SqliteTx<'_>) {
        tx.commit();
    }
}
