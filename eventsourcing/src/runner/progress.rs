//! How far a generation of a view is, for those who wait for it and those who ask.

use std::error::Error;
use std::future::pending;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use futures_timer::Delay;

use crate::error::{StopReason, ViewError};
use crate::runner::status::ViewState;
use crate::signal::{Counter, Flag};
use crate::store::{Watch, select};
use crate::stream::Position;

/// The time over which events are counted.
const WINDOW: Duration = Duration::from_secs(1);

/// How long another runner may take to show what it has brought up to date: one that has not by then keeps it from being shown, which it does not say.
const SHOWS: Duration = Duration::from_secs(3);

/// What a runner shares with those who wait for one of its generations.
#[derive(Debug)]
pub(super) struct Progress {
    view: &'static str,
    activity: Mutex<Activity>,
    /// Up to where its rows can be read.
    reached: Watch,
    /// Whether they can be: what has read nothing of an empty log has rows as well.
    begun: Flag,
    /// How often it has stopped.
    stops: Counter,
    /// Whether it is up to date and is shown only by a call.
    withheld: Flag,
}

/// What it does, and how fast.
#[derive(Debug)]
struct Activity {
    state: ViewState,
    parked: usize,
    /// When the last event that it has read was recorded.
    recorded_at: Option<SystemTime>,
    rate: Rate,
}

/// How many events were read in the window at hand and in the one before it.
#[derive(Debug)]
struct Rate {
    since: Instant,
    events: u64,
    per_second: f64,
}

/// What a runner tells of a batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached {
    pub(super) position: Position,
    pub(super) events: usize,
    pub(super) parked: usize,
    pub(super) recorded_at: Option<SystemTime>,
}

/// A progress as it is at one moment.
#[derive(Clone, Debug)]
pub(super) struct ProgressReport {
    pub(super) state: ViewState,
    pub(super) parked: usize,
    pub(super) checkpoint: Position,
    pub(super) is_withheld: bool,
    pub(super) recorded_at: Option<SystemTime>,
    pub(super) events_per_second: f64,
}

impl Progress {
    /// That of a view which no runner has.
    pub(super) fn stopped(view: &'static str) -> Self {
        Self::new(view, ViewState::Stopped { why: Arc::new(StopReason::NotRunning) })
    }

    /// That of a view whose runner begins.
    pub(super) fn started(view: &'static str) -> Self {
        Self::new(view, ViewState::CatchingUp)
    }

    fn new(view: &'static str, state: ViewState) -> Self {
        let rate = Rate { since: Instant::now(), events: 0, per_second: 0.0 };
        let activity = Activity { state, parked: 0, recorded_at: None, rate };
        Self {
            view,
            activity: Mutex::new(activity),
            reached: Watch::default(),
            begun: Flag::default(),
            stops: Counter::default(),
            withheld: Flag::default(),
        }
    }

    pub(super) const fn view(&self) -> &'static str {
        self.view
    }

    pub(super) fn report(&self) -> ProgressReport {
        let activity = self.lock();
        ProgressReport {
            state: activity.state.clone(),
            parked: activity.parked,
            checkpoint: self.reached(),
            is_withheld: self.is_withheld(),
            recorded_at: activity.recorded_at,
            events_per_second: activity.rate.now(),
        }
    }

    pub(super) fn reached(&self) -> Position {
        self.reached.published()
    }

    /// Takes note that the rows are made up to a position.
    pub(super) fn reach(&self, reached: Reached) {
        let mut activity = self.lock();
        if matches!(activity.state, ViewState::Retrying { .. } | ViewState::Standby) {
            activity.state = ViewState::CatchingUp;
        }
        activity.parked = reached.parked;
        activity.recorded_at = reached.recorded_at.or(activity.recorded_at);
        activity.rate.count(reached.events);
        drop(activity);
        self.reached.publish(reached.position);
        self.begun.raise();
    }

    /// Takes note of how many rows are parked.
    pub(super) fn set_parked(&self, rows: usize) {
        self.lock().parked = rows;
    }

    /// Takes note that there is nothing more to read.
    pub(super) fn live(&self) {
        let before = mem::replace(&mut self.lock().state, ViewState::Live);
        if !matches!(before, ViewState::Live) {
            tracing::info!(view = self.view, position = self.reached().get(), "the view is up to date");
        }
    }

    /// Takes note that it is up to date, and is shown only by a call.
    pub(super) fn withhold(&self) {
        self.withheld.raise();
    }

    fn is_withheld(&self) -> bool {
        self.withheld.is_raised()
    }

    /// Waits until it is up to date and is shown only by a call.
    pub(super) async fn wait_until_withheld(&self) {
        self.withheld.wait().await;
    }

    /// Waits until another runner has made its rows up to a position, and has not shown them.
    pub(super) async fn wait_until_left(&self, position: Position) {
        while self.wait_for(position).await.is_ok() {
            Delay::new(SHOWS).await;
            if matches!(self.lock().state, ViewState::Standby) {
                return;
            }
        }
        // Who waits for it finds why it has stopped.
        pending::<()>().await;
    }

    /// Takes note that another runner brings it up to date, and how far that is.
    pub(super) fn stand_by(&self, position: Position) {
        let before = mem::replace(&mut self.lock().state, ViewState::Standby);
        if !matches!(before, ViewState::Standby) {
            tracing::info!(view = self.view, "another runner keeps the view up to date");
        }
        self.reached.publish(position);
        self.begun.raise();
    }

    pub(super) fn retry(&self, why: Arc<StopReason>) {
        let before = self.lock().state.clone();
        let since = if let ViewState::Retrying { since, .. } = before { since } else { SystemTime::now() };
        if !matches!(before, ViewState::Retrying { .. }) {
            tracing::warn!(
                view = self.view,
                why = &*why as &(dyn Error + 'static),
                "the view cannot go on, and tries again"
            );
        }
        self.lock().state = ViewState::Retrying { since, why };
    }

    pub(super) fn stop(&self, why: Arc<StopReason>) {
        if !matches!(*why, StopReason::NotRunning) {
            tracing::error!(view = self.view, why = &*why as &(dyn Error + 'static), "the view has stopped");
        }
        self.lock().state = ViewState::Stopped { why };
        // After the state: who is woken finds it.
        self.stops.increment();
    }

    /// Takes note that its runner has ended, unless it has stopped before for a reason of its own.
    pub(super) fn end(&self) {
        if self.stop_reason().is_none() {
            self.stop(Arc::new(StopReason::NotRunning));
        }
    }

    /// Why it has stopped, if it has.
    pub(super) fn stop_reason(&self) -> Option<Arc<StopReason>> {
        if let ViewState::Stopped { why } = &self.lock().state { Some(Arc::clone(why)) } else { None }
    }

    /// Waits until the rows are made up to a position of this runner's log.
    pub(super) async fn wait_for(&self, position: Position) -> Result<(), ViewError> {
        loop {
            // Before the state: a stop that comes between the two is not missed.
            let stops = self.stops.count();
            let has_begun = self.begun.is_raised();
            if has_begun && self.reached() >= position {
                return Ok(());
            }
            if let Some(reason) = self.stop_reason() {
                return Err(ViewError::Stopped { view: self.view, reason });
            }
            let more = async {
                if has_begun {
                    self.reached.wait_past(position.previous()).await;
                } else {
                    self.begun.wait().await;
                }
            };
            select(more, self.stops.wait_past(stops)).await;
        }
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Activity> {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rate {
    fn count(&mut self, events: usize) {
        let time = self.since.elapsed();
        if time >= WINDOW {
            self.per_second = self.in_window(time);
            (self.since, self.events) = (Instant::now(), 0);
        }
        self.events += events as u64;
    }

    /// That of the window before, until the one at hand is as long.
    fn now(&self) -> f64 {
        let time = self.since.elapsed();
        if time < WINDOW && self.per_second > 0.0 { self.per_second } else { self.in_window(time) }
    }

    #[expect(clippy::cast_precision_loss, reason = "it is shown")]
    fn in_window(&self, time: Duration) -> f64 {
        self.events as f64 / time.as_secs_f64().max(0.001)
    }
}
