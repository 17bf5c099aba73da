//! A process.

use std::time::Duration;

use eventsourcing::prelude::*;
use eventsourcing::process::Reaction;
use eventsourcing::view::At;

use crate::{Account, AccountEvent, Bank, Door, DoorEvent};

/// Takes a fee of each account.
#[derive(Aggregate, Clone, Debug, PartialEq, Eq)]
pub struct Fee {
    root: Root<Self>,
    account: Id<Account>,
    taken: i64,
}

#[events]
impl Fee {
    /// Begins with an account.
    #[event(Begun)]
    #[inline]
    #[must_use]
    pub fn begin(account: Id<Account>) -> Self {
        Self { root: Root::with_id(account.as_uuid().into()), account, taken: 0 }
    }

    #[event(Taken)]
    fn take(&mut self, amount: i64) {
        self.taken = self.taken.saturating_add(amount);
    }

    /// What was taken.
    #[inline]
    #[must_use]
    pub const fn taken(&self) -> i64 {
        self.taken
    }
}

#[process(app = Bank, ignore(AccountEvent::Noted, AccountEvent::Withdrawn))]
impl Fee {
    #[starts(AccountEvent::Opened, id = at.id())]
    fn opened(at: &At<Account>, #[field(owner)] _owner: String, cx: &mut Reaction<'_, Bank>) -> Self {
        let month = Duration::from_secs(24 * 60 * 60);
        cx.timer("month", at.recorded_at().checked_add(month).unwrap_or_else(|| cx.now()));
        Self::begin(at.id())
    }

    #[continues(AccountEvent::Deposited, id = at.id())]
    async fn deposited(&mut self, at: &At<Account>, amount: i64, cx: &mut Reaction<'_, Bank>) -> Result<(), LoadError> {
        let account = cx.peek(at.id()).await?;
        if !account.owner().is_empty() {
            self.take(self.taken().saturating_sub(amount));
            self.again(self.taken);
        }
        Ok(())
    }

    #[continues(AccountEvent::Closed, id = at.id())]
    fn closed(&mut self, at: &At<Account>) {
        let Self { account, .. } = self;
        if *account == at.id() && *self == self.clone() {
            self.take(0);
        }
    }

    #[timer("month")]
    async fn month(&mut self, cx: &mut Reaction<'_, Bank>) -> Result<(), String> {
        cx.cancel("month");
        cx.update(self.account, |account| account.withdraw(1)).await.map_err(|error| format!("{error:?}"))?;
        self.take(1);
        Ok(())
    }

    fn again(&mut self, amount: i64) {
        self.take(amount);
    }
}

/// Counts doors of a colour.
#[derive(Aggregate, Clone, Debug, PartialEq, Eq)]
pub struct Count {
    root: Root<Self>,
    doors: u32,
}

#[events]
impl Count {
    /// Begins with a colour.
    #[event(Begun)]
    #[inline]
    #[must_use]
    pub fn begin(colour: &str) -> Self {
        Self { root: Root::named(colour), doors: 1 }
    }

    #[event(More)]
    fn more(&mut self) {
        self.doors = self.doors.saturating_add(1);
    }
}

#[process(app = Bank, ignore(DoorEvent::..))]
impl Count {
    #[starts_or_continues(DoorEvent::Installed, id = colour)]
    fn installed(this: Option<Self>, colour: &str) -> Self {
        let Some(mut count) = this else { return Self::begin(colour) };
        count.more();
        count
    }
}
