//! Events that this program knows, and events that it does not.

use crate::error::{DecodeError, LoadError};
use crate::event::{Event, RawEvent};

/// What a reader does with a stored event that this program does not know: one of another name, or of a newer schema version.
///
/// During a rolling deploy, programs of the last release meet what the next one stores. A damaged event, an upcaster that panics, or an
/// old version that nothing reads is an error under each of these.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] struct Account { root: Root<Self> }
/// # #[events] impl Account { #[event(Opened)] fn open() -> Self { Self { root: Root::new() } } }
/// use eventsourcing::{StreamId, store::Commit};
/// use eventsourcing::log::OnUnknown;
///
/// let store = MemoryStore::new();
/// let accounts = Repository::<Account>::new(store.clone());
/// let mut account = Account::open();
/// accounts.blocking().save(&mut account)?;
///
/// // A later release stores what this one does not know.
/// let mut commit = Commit::new();
/// commit.append(StreamId::new("Account", account.id().as_uuid()), 1)?.event("Renamed", 1, b"{}")?;
/// store.blocking().commit(commit)?;
///
/// assert!(matches!(accounts.blocking().get(account.id()), Err(LoadError::Decode { .. })));
/// let kept = accounts.on_unknown(OnUnknown::Keep).blocking().get(account.id())?;
/// assert_eq!(kept.root().unknown()[0].event.name, "Renamed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnUnknown {
    /// It is an error that names the event, where it stands and what is known.
    #[default]
    Error,
    /// It is skipped, and the rest is read without it.
    Skip,
    /// The state is folded without it, and it is kept as it is stored: [`LogEvent::Unknown`].
    Keep,
}

impl OnUnknown {
    /// Whether a reader ends at an event that was not decoded: not at one of a newer release, unless it is to.
    pub(crate) fn refuses(self, error: &DecodeError) -> bool {
        let is_unknown = match error {
            DecodeError::UnknownEvent { .. } => true,
            DecodeError::UnknownVersion { stored, known, .. } => stored > known,
            DecodeError::Payload { .. } | DecodeError::Metadata { .. } | DecodeError::UpcasterPanicked { .. } => false,
        };
        !is_unknown || self == Self::Error
    }
}

/// Whether an event could not be read because a newer release has stored it.
pub(crate) fn is_unknown(error: &LoadError) -> bool {
    let unknown = |source: &DecodeError| !OnUnknown::Skip.refuses(source);
    matches!(error, LoadError::Decode { source, .. } if unknown(source))
}

/// A stored event, known to this program or kept as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an event is known or not")]
pub enum LogEvent<E> {
    /// One of the events of this program.
    Known(E),
    /// One that it does not know; only under [`OnUnknown::Keep`].
    Unknown(RawEvent),
}

/// An event that says its stored name: of one aggregate, or of the enum that `#[derive(Application)]` makes of all of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say its stored name",
    label = "not the events of an aggregate or of an application",
    note = "implement `log::NamedEvent` for it, if it is written by hand"
)]
pub trait NamedEvent {
    /// The name that it is stored under today.
    fn name(&self) -> &'static str;
}

impl<E: Event> NamedEvent for E {
    fn name(&self) -> &'static str {
        self.kind().name()
    }
}

impl<E: NamedEvent> LogEvent<E> {
    /// Its stored name. Of what aggregate it is, its [stream](crate::Recorded::stream) says.
    ///
    /// One that this program knows has the name that it is stored under today, whatever it was stored under once.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] pub struct Account { root: Root<Self> }
    /// # #[events] impl Account { #[event(Opened)] pub fn open() -> Self { Self { root: Root::new() } } }
    /// # #[derive(Application)] pub struct Bank { pub accounts: Repository<Account> }
    /// # pollster::block_on(async {
    /// let bank = Bank::new(MemoryStore::new());
    /// bank.accounts.save(&mut Account::open()).await?;
    /// for recorded in bank.log().latest(10).await? {
    ///     assert_eq!((recorded.stream.aggregate(), recorded.event.name()), ("Account", "Opened"));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Known(event) => event.name(),
            Self::Unknown(event) => &event.name,
        }
    }
}

impl<E> LogEvent<E> {
    /// The event, if this program knows it.
    ///
    /// ```
    /// use eventsourcing::log::LogEvent;
    ///
    /// assert_eq!(LogEvent::Known(1).known(), Some(1));
    /// ```
    #[must_use]
    pub fn known(self) -> Option<E> {
        match self {
            Self::Known(event) => Some(event),
            Self::Unknown(_) => None,
        }
    }
}
