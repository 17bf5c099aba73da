//! How far a view is, for those who wait for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::error::{StopReason, ViewError};
use crate::runner::select::select;
use crate::runner::status::ViewState;
use crate::store::Watch;
use crate::stream::Position;

/// What a runner shares with those who wait for one of its views.
#[derive(Debug)]
pub(super) struct Progress {
    view: &'static str,
    state: Mutex<ViewState>,
    /// Up to where its rows can be read.
    reached: Watch,
    /// How often it has stopped.
    stops: Watch,
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
        Self { view, state: Mutex::new(state), reached: Watch::default(), stops: Watch::default() }
    }

    pub(super) fn state(&self) -> ViewState {
        self.lock().clone()
    }

    pub(super) fn reached(&self) -> Position {
        self.reached.published()
    }

    /// Takes note that the rows are made up to a position.
    pub(super) fn reach(&self, position: Position) {
        let mut state = self.lock();
        if matches!(*state, ViewState::Retrying { .. }) {
            *state = ViewState::CatchingUp;
        }
        drop(state);
        self.reached.publish(position);
    }

    /// Takes note that there is nothing more to read.
    pub(super) fn live(&self) {
        *self.lock() = ViewState::Live;
    }

    pub(super) fn retry(&self, why: StopReason) {
        let mut state = self.lock();
        let since = if let ViewState::Retrying { since, .. } = *state { since } else { SystemTime::now() };
        *state = ViewState::Retrying { since, why: Arc::new(why) };
    }

    pub(super) fn stop(&self, why: Arc<StopReason>) {
        *self.lock() = ViewState::Stopped { why };
        // After the state: who is woken finds it.
        self.stops.publish(self.stops.published().next());
    }

    /// Takes note that its runner has ended, unless it has stopped before for a reason of its own.
    pub(super) fn end(&self) {
        if self.stop_reason().is_none() {
            self.stop(Arc::new(StopReason::NotRunning));
        }
    }

    /// Why it has stopped, if it has.
    pub(super) fn stop_reason(&self) -> Option<Arc<StopReason>> {
        match &*self.lock() {
            ViewState::Stopped { why } => Some(Arc::clone(why)),
            ViewState::CatchingUp | ViewState::Live | ViewState::Retrying { .. } => None,
        }
    }

    /// Waits until the rows are made up to a position of this runner's log.
    pub(super) async fn wait_for(&self, position: Position) -> Result<(), ViewError> {
        loop {
            // Before the state: a stop that comes between the two is not missed.
            let stops = self.stops.published();
            if self.reached() >= position {
                return Ok(());
            }
            if let Some(reason) = self.stop_reason() {
                return Err(ViewError::Stopped { view: self.view, reason });
            }
            select(self.reached.wait_past(position.previous()), self.stops.wait_past(stops)).await;
        }
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, ViewState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
