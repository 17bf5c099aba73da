//! The same through the framework.

use std::path::Path;

use eventsourcing::{Durability, Known, Repository, SqliteStore};

use crate::account::{Account, AccountEvent};

pub(crate) fn open(path: &Path, full: bool) -> SqliteStore {
    let durability = if full { Durability::Full } else { Durability::Normal };
    SqliteStore::builder().durability(durability).open(path).unwrap()
}

/// The sum of all that was deposited, of the whole log in order.
pub(crate) fn replay(accounts: &Repository<Account>) -> (u64, i64) {
    let mut log = accounts.blocking().log();
    let mut sum = 0;
    loop {
        let page = log.next_page().unwrap();
        if page.is_empty() {
            return (log.position(), sum);
        }
        for logged in page {
            match logged.recorded.event {
                Known::Event(AccountEvent::Deposited { amount_cents }) => sum += amount_cents,
                Known::Event(AccountEvent::Withdrawn { amount_cents }) => sum -= amount_cents,
                Known::Event(AccountEvent::Opened { .. }) | Known::Raw(_) => {}
            }
        }
    }
}
