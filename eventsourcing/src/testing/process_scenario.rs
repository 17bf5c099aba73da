//! Given these events, when this happens, then a process has committed these.

mod difference;
mod outcome;
mod play;
mod runner;
mod store;
mod then;

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use self::play::{Plays, Step};
use self::runner::SetUp;
pub use self::then::ProcessThen;
use crate::process::{InstanceOf, Process};
use crate::testing::given_event::GivenEvent;
use crate::testing::unfinished::Unfinished;

/// A test of one process in three phases: the events that were, one more or a time that passes, and what the process must have committed because of it.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use eventsourcing::prelude::*;
/// use eventsourcing::testing::{GivenEvent, ProcessScenario};
///
/// # #[derive(Aggregate)] pub struct Order { root: Root<Self> }
/// # #[events] impl Order {
/// #     #[event(Placed)] pub fn place() -> Self { Self { root: Root::new() } }
/// #     #[event(Paid)] pub fn pay(&mut self) {}
/// #     #[event(Released)] pub fn release(&mut self) {}
/// #     #[event(Cancelled)] pub fn cancel(&mut self) {}
/// # }
/// # #[derive(Application)] pub struct Shop { orders: Repository<Order>, payments: Repository<Payment> }
/// const DAY: Duration = Duration::from_secs(24 * 60 * 60);
///
/// #[derive(Aggregate)]
/// pub struct Payment {
///     root: Root<Self>,
///     order: Id<Order>,
/// }
///
/// #[events]
/// impl Payment {
///     #[event(Awaited)]
///     fn await_money(order: Id<Order>) -> Self {
///         Self { root: Root::with_id(order.as_uuid().into()), order }
///     }
///
///     #[event(Settled)]
///     fn settle(&mut self) {}
/// }
///
/// #[process(app = Shop, ignore(OrderEvent::Released, OrderEvent::Cancelled))]
/// impl Payment {
///     #[starts(OrderEvent::Placed, id = at.id())]
///     fn placed(at: &At<Order>, cx: &mut Reaction<Shop>) -> Self {
///         cx.timer("overdue", at.recorded_at() + 14 * DAY);
///         Self::await_money(at.id())
///     }
///
///     #[continues(OrderEvent::Paid, id = at.id())]
///     async fn paid(&mut self, at: &At<Order>, cx: &mut Reaction<'_, Shop>) -> Result<(), eventsourcing::Error> {
///         cx.cancel("overdue");
///         cx.update(at.id(), Order::release).await?;
///         self.settle();
///         Ok(())
///     }
///
///     #[timer("overdue")]
///     async fn overdue(&mut self, cx: &mut Reaction<'_, Shop>) -> Result<(), eventsourcing::Error> {
///         cx.update(self.order, Order::cancel).await?;
///         Ok(())
///     }
/// }
///
/// let order = Id::<Order>::new();
/// let payment = Id::<Payment>::from(order.as_uuid());
///
/// ProcessScenario::<Payment>::given([(order, OrderEvent::Placed)])
///     .when((order, OrderEvent::Paid))
///     .then_commits([GivenEvent::new(order, OrderEvent::Released), GivenEvent::new(payment, PaymentEvent::Settled)])
///     .then_no_timer(order, "overdue")
///     .advance(15 * DAY)
///     .then_no_commit();
///
/// ProcessScenario::<Payment>::given([(order, OrderEvent::Placed)])
///     .advance(13 * DAY)
///     .then_timer(order, "overdue", UNIX_EPOCH + 14 * DAY)
///     .advance(DAY)
///     .then_commits([(order, OrderEvent::Cancelled)]);
///
/// // A reaction that fails parks its instance.
/// ProcessScenario::<Payment>::given::<GivenEvent>([])
///     .when((order, OrderEvent::Paid))
///     .then_parked(order, "is not there")
///     .then_no_commit();
/// ```
///
/// The events are stored in a [`MemoryStore`](crate::MemoryStore), one commit each, at the time of a [`TestClock`](super::TestClock) that begins at
/// [`UNIX_EPOCH`](std::time::UNIX_EPOCH): an event that is [recorded](GivenEvent::recorded_at) later moves it there, and [`advance`](ProcessGiven::advance)
/// moves it on. After each, the process reacts until nothing is left: also to what it has committed itself, and to timers that are due.
///
/// All of it is played three times: by one runner; with each event delivered twice, by runners that know nothing of what was done; and by runners that
/// end as soon as a reaction is stored, before they know it. A scenario fails where anything differs: as when a handler counts in a static, or commits by the
/// application instead of its [`Reaction`](crate::process::Reaction). Aggregates whose ids are new each time are not what differs.
///
/// Instances that are parked must be expected by [`then_parked`](ProcessThen::then_parked), before any other `then`. A scenario that ends without a `then`
/// panics.
#[derive(Debug)]
pub struct ProcessScenario<P> {
    process: PhantomData<fn() -> P>,
}

impl<P: Process> ProcessScenario<P> {
    /// Begins with these events, in the order of the log: each the id of an aggregate and an event, or a [`GivenEvent`], which says more.
    ///
    /// Each is a commit of its own. Whether the aggregate itself could have such a history is not looked at.
    #[track_caller]
    pub fn given<E: Into<GivenEvent>>(events: impl IntoIterator<Item = E>) -> ProcessGiven<P> {
        let events = events.into_iter().map(Into::into).collect();
        ProcessGiven { events, set_up: None, unfinished: Unfinished::here() }
    }
}

/// The first phase of a [`ProcessScenario`]: what has happened.
#[must_use = "a scenario that asserts nothing panics"]
pub struct ProcessGiven<P: Process> {
    events: Vec<GivenEvent>,
    set_up: Option<SetUp<P::App>>,
    unfinished: Unfinished,
}

impl<P: Process> ProcessGiven<P> {
    /// And then these events: as those of another kind of aggregate.
    pub fn and_given<E: Into<GivenEvent>>(mut self, events: impl IntoIterator<Item = E>) -> Self {
        self.events.extend(events.into_iter().map(Into::into));
        self
    }

    /// Changes the application before it is used, such as a field that is a service outside. Each runner has an application of its own, and there are several
    /// for each step: a service that is down for a while is one value, which all of them get, and which the test switches between two steps.
    pub fn app(mut self, set_up: impl Fn(&mut P::App) + Send + Sync + 'static) -> Self {
        self.set_up = Some(Arc::new(set_up));
        self
    }

    /// When this event happens.
    ///
    /// # Panics
    ///
    /// When an event cannot be stored, the process does not come to rest, or what it does is not the same each way.
    #[track_caller]
    pub fn when(self, event: impl Into<GivenEvent>) -> ProcessWhen<P> {
        self.play(&Step::Event(&event.into()))
    }

    /// When this time passes: what is due by then is fired, in order of the time.
    ///
    /// # Panics
    ///
    /// As [`when`](Self::when).
    #[track_caller]
    pub fn advance(self, time: Duration) -> ProcessWhen<P> {
        self.play(&Step::Time(time))
    }

    #[track_caller]
    fn play(self, step: &Step<'_>) -> ProcessWhen<P> {
        let mut plays = Plays::new(self.set_up);
        for (event, number) in self.events.iter().zip(1..) {
            plays.step(&Step::Event(event), &format!("at event {number} of those given"));
        }
        let outcome = plays.step(step, "at what happens then");
        ProcessWhen { then: ProcessThen::new(plays, outcome, BTreeSet::new()), unfinished: self.unfinished }
    }
}

/// The second phase of a [`ProcessScenario`]: something has happened, and the process has reacted.
#[must_use = "a scenario that asserts nothing panics"]
pub struct ProcessWhen<P: Process> {
    then: ProcessThen<P>,
    unfinished: Unfinished,
}

impl<P: Process> ProcessWhen<P> {
    #[track_caller]
    fn played(mut plays: Plays<P>, step: &Step<'_>, expected: BTreeSet<Uuid>) -> Self {
        let outcome = plays.step(step, "at what happens then");
        Self { then: ProcessThen::new(plays, outcome, expected), unfinished: Unfinished::here() }
    }

    fn asserting(self) -> ProcessThen<P> {
        self.unfinished.asserted();
        self.then
    }

    /// As [`ProcessThen::then_commits`].
    ///
    /// # Panics
    ///
    /// As [`ProcessThen::then_commits`].
    #[track_caller]
    pub fn then_commits<E: Into<GivenEvent>>(self, events: impl IntoIterator<Item = E>) -> ProcessThen<P> {
        self.asserting().then_commits(events)
    }

    /// As [`ProcessThen::then_no_commit`].
    ///
    /// # Panics
    ///
    /// As [`ProcessThen::then_no_commit`].
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "it has asserted; asserting more is up to the caller")]
    pub fn then_no_commit(self) -> ProcessThen<P> {
        self.asserting().then_no_commit()
    }

    /// As [`ProcessThen::then_parked`].
    ///
    /// # Panics
    ///
    /// As [`ProcessThen::then_parked`].
    #[track_caller]
    pub fn then_parked(self, instance: impl InstanceOf<P>, reason: &str) -> ProcessThen<P> {
        self.asserting().then_parked(instance, reason)
    }

    /// As [`ProcessThen::then_timer`].
    ///
    /// # Panics
    ///
    /// As [`ProcessThen::then_timer`].
    #[track_caller]
    pub fn then_timer(self, instance: impl InstanceOf<P>, name: &str, due: SystemTime) -> ProcessThen<P> {
        self.asserting().then_timer(instance, name, due)
    }

    /// As [`ProcessThen::then_no_timer`].
    ///
    /// # Panics
    ///
    /// As [`ProcessThen::then_no_timer`].
    #[track_caller]
    pub fn then_no_timer(self, instance: impl InstanceOf<P>, name: &str) -> ProcessThen<P> {
        self.asserting().then_no_timer(instance, name)
    }
}

impl<P: Process> fmt::Debug for ProcessGiven<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessGiven").field("events", &self.events).finish_non_exhaustive()
    }
}

impl<P: Process> fmt::Debug for ProcessWhen<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessWhen").field("then", &self.then).finish_non_exhaustive()
    }
}
