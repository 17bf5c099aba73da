#![allow(unused)]

use eventsourcing::prelude::*;
use eventsourcing::rusqlite;
use eventsourcing::view::{At, SqliteTx};

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
    pub fn deposit(&mut self, amount: i64) {}

    #[event(Closed)]
    pub fn close(&mut self) {}
}

/// Both forms in one block.
pub struct Mixed;

#[projection(version = 1, ignore(AccountEvent::Closed))]
impl Mixed {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Opened)]
    fn opened(tx: &SqliteTx<'_>, owner: &str) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Deposited)]
    fn deposited(&mut self, amount: i64) {}
}

/// A row needs no tables, and has its name from its type.
#[derive(View, Clone)]
pub struct Row {
    #[view(key)]
    id: Id<Account>,
}

#[projection(version = 1, name = "rows", ignore(AccountEvent::..))]
impl Row {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>) -> Self {
        Self { id: at.id() }
    }
}

/// What makes the tables is missing.
pub struct NoSetup;

#[projection(version = 1, ignore(AccountEvent::..))]
impl NoSetup {
    #[on(AccountEvent::Opened)]
    fn opened(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }
}

/// What makes the tables is wrong.
pub struct Setups;

#[projection(version = 1, ignore(AccountEvent::..))]
impl Setups {
    #[setup(now)]
    #[cfg(all())]
    async fn setup(&self, tx: &SqliteTx<'_>) {}

    #[setup]
    fn other(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Opened)]
    fn opened(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }
}

/// The arguments, and what is returned.
pub struct Arguments;

#[projection(version = 1, ignore(AccountEvent::..))]
impl Arguments {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Opened)]
    fn opened(owner: &str, tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Deposited)]
    fn deposited(amount: i64) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Closed)]
    async fn closed<T>(tx: &mut SqliteTx<'_>, conn: &SqliteTx<'_>) {}
}

/// Some have a key, and one event has two handlers.
pub struct Keys;

#[projection(version = 1, ignore(AccountEvent::..))]
impl Keys {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Opened, key = at.id())]
    fn opened(tx: &SqliteTx<'_>, at: &At<Account>) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Deposited)]
    fn deposited(tx: &SqliteTx<'_>, at: &At<Account>) -> rusqlite::Result<()> {
        Ok(())
    }

    #[on(AccountEvent::Deposited)]
    fn counted(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }
}

/// No handlers.
pub struct Nothing;

#[projection(version = 1)]
impl Nothing {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }
}

pub struct Outside;

impl Outside {
    #[eventsourcing::setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }
}

#[eventsourcing::setup]
pub struct OnAStruct;

fn main() {}
