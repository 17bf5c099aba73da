//! The same through the framework.

use std::path::Path;

use eventsourcing::log::LogEvent;
use eventsourcing::store::sqlite::Durability;
use eventsourcing::{Recorded, Repository, SqliteStore, blocking};

use crate::account::{Account, AccountEvent};

pub(crate) fn open(path: &Path, full: bool) -> SqliteStore {
    let durability = if full { Durability::Full } else { Durability::Normal };
    SqliteStore::builder().durability(durability).open(path).unwrap()
}

/// How long the log is, and the sum of all that was deposited.
pub(crate) fn replay(accounts: &blocking::Repository<Account>) -> (u64, i64) {
    let mut log = accounts.log();
    let mut sum = 0;
    loop {
        let page = log.next_page().unwrap();
        if page.is_empty() {
            return (log.position().get(), sum);
        }
        sum += page.iter().map(cents).sum::<i64>();
    }
}

/// The same, async.
pub(crate) async fn replay_async(accounts: &Repository<Account>) -> (u64, i64) {
    let mut log = accounts.log();
    let mut sum = 0;
    loop {
        let page = log.next_page().await.unwrap();
        if page.is_empty() {
            return (log.position().get(), sum);
        }
        sum += page.iter().map(cents).sum::<i64>();
    }
}

fn cents(recorded: &Recorded<LogEvent<AccountEvent>>) -> i64 {
    match &recorded.event {
        LogEvent::Known(AccountEvent::Deposited { amount_cents }) => *amount_cents,
        LogEvent::Known(AccountEvent::Withdrawn { amount_cents }) => -*amount_cents,
        LogEvent::Known(AccountEvent::Opened { .. } | AccountEvent::OpenedInOrder { .. }) | LogEvent::Unknown(_) => 0,
    }
}
