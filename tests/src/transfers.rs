//! A bank in which money goes from one account to the other by two processes, written by hand: one takes it and one gives it.

use eventsourcing::prelude::*;
use eventsourcing::process::{InstanceOf as _, Mode, Process, Reacting, Reaction, Reacts, Source, To};

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

impl Process for Sending {
    type App = PurseBank;
    const SOURCES: &'static [Source<Self>] = &[Source::of::<Transfer>()];
    const TIMERS: &'static [&'static str] = &[];

    fn fire<'a>(self, _: &'a str, _: &'a mut Reaction<'_, PurseBank>) -> Reacting<'a, Self> {
        Box::pin(async { Ok(self) })
    }
}

impl Reacts<Transfer> for Sending {
    fn route(at: &At<Transfer>, _: &TransferEvent, to: &mut dyn FnMut(To<Self>)) {
        to(To { instance: at.id().instance(), handler: 0, mode: Mode::Starts });
    }

    fn react<'a>(
        _: u16,
        _: Option<Self>,
        at: &'a At<Transfer>,
        event: &'a TransferEvent,
        cx: &'a mut Reaction<'_, PurseBank>,
    ) -> Reacting<'a, Self> {
        Box::pin(async move {
            let TransferEvent::Requested { from, to, cents } = *event;
            cx.update(from, |purse| purse.take(cents)).await?;
            Ok(Self::send(at.id(), to, cents))
        })
    }
}

impl Process for Receiving {
    type App = PurseBank;
    const SOURCES: &'static [Source<Self>] = &[Source::of::<Sending>()];
    const TIMERS: &'static [&'static str] = &[];

    fn fire<'a>(self, _: &'a str, _: &'a mut Reaction<'_, PurseBank>) -> Reacting<'a, Self> {
        Box::pin(async { Ok(self) })
    }
}

impl Reacts<Sending> for Receiving {
    fn route(at: &At<Sending>, _: &SendingEvent, to: &mut dyn FnMut(To<Self>)) {
        to(To { instance: at.id().instance(), handler: 0, mode: Mode::Starts });
    }

    fn react<'a>(
        _: u16,
        _: Option<Self>,
        at: &'a At<Sending>,
        event: &'a SendingEvent,
        cx: &'a mut Reaction<'_, PurseBank>,
    ) -> Reacting<'a, Self> {
        Box::pin(async move {
            let SendingEvent::Sent { to, cents, .. } = *event;
            cx.update(to, |purse| purse.give(cents)).await?;
            Ok(Self::receive(at.id(), cents))
        })
    }
}

/// The same set with both processes.
#[must_use]
pub fn with_transfers(views: Views) -> Views {
    views.with_process::<Sending>().with_process::<Receiving>()
}
