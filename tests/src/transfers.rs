//! A bank in which money goes from one account to the other by two processes: one takes it and one gives it.

use std::convert::Infallible;

use eventsourcing::prelude::*;
use eventsourcing::process::InstanceOf as _;

/// An account of some cents.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub struct Purse {
    root: Root<Self>,
    /// What is in it.
    pub cents: i64,
}

#[events]
impl Purse {
    /// Opens one.
    #[event(Opened)]
    pub fn open(cents: i64) -> Self {
        Self { root: Root::new(), cents }
    }

    /// Takes from it.
    #[event(Taken)]
    pub fn take(&mut self, cents: i64) {
        self.cents -= cents;
    }

    /// Gives to it.
    #[event(Given)]
    pub fn give(&mut self, cents: i64) {
        self.cents += cents;
    }
}

/// That money is to go from one account to the other.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub struct Transfer {
    root: Root<Self>,
}

#[events]
impl Transfer {
    /// Asks for it.
    #[event(Requested)]
    pub fn request(from: Id<Purse>, to: Id<Purse>, cents: i64) -> Self {
        Self { root: Root::new() }
    }
}

/// The process that takes.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub struct Sending {
    root: Root<Self>,
}

#[events]
impl Sending {
    #[event(Sent)]
    fn send(transfer: Id<Transfer>, to: Id<Purse>, cents: i64) -> Self {
        Self { root: Root::with_id(transfer.instance()) }
    }
}

/// The process that gives.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub struct Receiving {
    root: Root<Self>,
    /// What was given.
    pub cents: i64,
}

#[events]
impl Receiving {
    #[event(Received)]
    fn receive(sending: Id<Sending>, cents: i64) -> Self {
        Self { root: Root::with_id(sending.instance()), cents }
    }
}

/// The bank.
#[derive(Application)]
#[allow(missing_debug_implementations, reason = "a test shows none")]
pub struct PurseBank {
    /// Its accounts.
    pub purses: Repository<Purse>,
    /// What is to be moved.
    pub transfers: Repository<Transfer>,
    /// What was taken.
    pub sendings: Repository<Sending>,
    /// What was given.
    pub receivings: Repository<Receiving>,
}

#[process(app = PurseBank)]
impl Sending {
    #[starts(TransferEvent::Requested, id = at.id())]
    async fn requested(
        at: &At<Transfer>,
        from: Id<Purse>,
        to: Id<Purse>,
        cents: i64,
        cx: &mut Reaction<'_, PurseBank>,
    ) -> Result<Self, UpdateError<Infallible>> {
        cx.update(from, |purse| purse.take(cents)).await?;
        Ok(Self::send(at.id(), to, cents))
    }
}

#[process(app = PurseBank)]
impl Receiving {
    #[starts(SendingEvent::Sent, id = at.id())]
    async fn sent(
        at: &At<Sending>,
        to: Id<Purse>,
        cents: i64,
        cx: &mut Reaction<'_, PurseBank>,
    ) -> Result<Self, UpdateError<Infallible>> {
        cx.update(to, |purse| purse.give(cents)).await?;
        Ok(Self::receive(at.id(), cents))
    }
}

/// The same set with both processes.
#[must_use]
pub fn with_transfers(views: Views) -> Views {
    views.with_process::<Sending>().with_process::<Receiving>()
}
