//! A view whose rows come and go: an event may be for a row that is not there.

use eventsourcing::prelude::*;
use eventsourcing::testing::{GivenEvent, ViewScenario};

use crate::{Account, AccountEvent};

/// An account with less than ten in it, to whose owner someone writes.
#[derive(View, Clone, Debug, PartialEq)]
struct Low {
    #[view(key)]
    id: Id<Account>,
    amount: u64,
}

#[projection(version = 1)]
impl Low {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>) -> Self {
        Self { id: at.id(), amount: 0 }
    }

    #[on(AccountEvent::Deposited)]
    fn deposited(this: Option<Self>, amount: u64) -> Option<Self> {
        let this = this?;
        let amount = this.amount + amount;
        (amount < 10).then_some(Self { amount, ..this })
    }

    #[on(AccountEvent::Closed)]
    fn closed(_this: Option<Self>) -> Option<Self> {
        None
    }
}

#[test]
fn a_row_is_made_changed_deleted_and_left_alone() {
    let [low, high, closed] = [0; 3].map(|_| Id::<Account>::new());
    let opened = |id| GivenEvent::new(id, AccountEvent::Opened { owner: String::new() });
    let deposited = |id, amount| GivenEvent::new(id, AccountEvent::Deposited { amount });
    ViewScenario::<Low>::given([opened(low), opened(high), opened(closed), deposited(low, 4), deposited(high, 11)])
        .and_given([deposited(high, 1), deposited(low, 5), GivenEvent::new(closed, AccountEvent::Closed)])
        .and_given([deposited(closed, 2), GivenEvent::new(high, AccountEvent::Closed)])
        .then_rows([Low { id: low, amount: 9 }]);
}

#[test]
fn it_is_so_in_a_file_too() -> Result<(), Box<dyn std::error::Error>> {
    let (folder, store) = (tempfile::tempdir()?, MemoryStore::new());
    let accounts = Repository::<Account>::new(store.clone()).blocking();
    let views = Views::sqlite(folder.path())?.with::<Low>();
    let running = views.run(store)?;
    let mut account = Account::open("alice");
    for (amount, rows) in [(4, 1), (11, 0), (1, 0_u64)] {
        account.deposit(amount);
        accounts.save(&mut account)?;
        views.blocking().caught_up()?;
        assert_eq!(views.blocking().all::<Low>().count()?, rows, "{amount}");
    }
    running.stop_blocking();
    Ok(())
}
