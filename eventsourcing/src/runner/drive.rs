//! The loop of a runner: reads the log behind the views, and has each generation of them apply what was read.
//!
//! Those that are up to date come first, so that one which is built beside them keeps no one waiting: each round reads a batch for them, and
//! one for those that are behind.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_timer::Delay;

use crate::error::{ReadError, StopReason, ViewError};
use crate::runner::checkpoint;
use crate::runner::driven::Driven;
use crate::runner::driving::{Driving, Stage};
use crate::runner::kept::AnyKept;
use crate::runner::kinds::{Kinds, ToRead};
use crate::runner::reading::BatchSize;
use crate::runner::select::{First, caught, give_way, select};
use crate::store::{EventStore, Watch};
use crate::stream::Position;
use crate::view::{Batch, Checkpoint, FoldLimits, LaneKind, Role, position_of};

/// The pause after the store could not say whether there is an event.
const PAUSE: Duration = Duration::from_millis(10);

/// How often a runner that stands by looks whether the other has ended, and how far it is.
const STANDBY: Duration = Duration::from_millis(20);

/// How a runner goes about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) limits: FoldLimits,
    /// Whether what is built waits to be swapped in by a call.
    pub(super) holds_swaps: bool,
    /// How often it shows other processes that it is alive, and looks what they have changed; never where there are none.
    pub(super) tick: Option<Duration>,
}

/// A runner at work.
struct Drive<'d> {
    store: &'d dyn EventStore,
    settings: Settings,
    batch: Batch,
    kinds: Kinds,
    views: Vec<Driven>,
    ticked: Instant,
    small: BatchSize,
    large: BatchSize,
    /// Whether it is to be looked which generations there are.
    is_stale: bool,
    /// The last request that was looked at.
    requests: Position,
    /// The end of the log, as it was last found.
    head: Position,
    /// The same, for those who ask.
    shown_head: &'d AtomicU64,
}

/// Brings the views up to date and keeps them so, until all of them have stopped or `stop` is published. `kinds` is the index beside them; `asked` is
/// published with each request.
pub(super) async fn drive(
    store: &dyn EventStore,
    views: &[Arc<dyn AnyKept>],
    settings: Settings,
    kinds: Kinds,
    asked: &Watch,
    shown_head: &AtomicU64,
    stop: &Watch,
) {
    let mut drive = Drive {
        store,
        settings,
        batch: Batch::default(),
        kinds,
        views: views.iter().map(|view| Driven::new(Arc::clone(view))).collect(),
        ticked: Instant::now(),
        small: BatchSize::of_small_parts(),
        large: BatchSize::of_catching_up(),
        is_stale: true,
        requests: Position::default(),
        head: Position::default(),
        shown_head,
    };
    let stopped = stop.wait_past(Position::default());
    if let First::One(Err(message)) = select(caught(drive.keep_up(asked)), stopped).await {
        drive.views.iter_mut().for_each(|view| view.stop(StopReason::Panicked { message: message.clone() }));
    }
}

impl Drive<'_> {
    async fn keep_up(&mut self, asked: &Watch) {
        loop {
            // Before the requests are looked at: one that comes meanwhile is not missed.
            let requests = asked.published();
            self.look(requests);
            if self.views.iter().all(Driven::is_over) {
                return;
            }
            let is_busy = self.round().await;
            if is_busy || self.works_mut().any(|work| work.is_at(Stage::Behind) || work.is_at(Stage::Unchecked)) {
                // So that it can be stopped, and shares its thread, also while it has much to do.
                give_way().await;
            } else {
                self.wait(asked, requests).await;
            }
        }
    }

    /// Waits for an event, for a request, and for whatever is to be done at its time.
    async fn wait(&mut self, asked: &Watch, requests: Position) {
        let now = Instant::now();
        let tick = self.settings.tick.map(|tick| self.ticked + tick);
        let is_unclaimed = self.works_mut().any(|work| work.stage == Stage::Unclaimed);
        let standby = is_unclaimed.then(|| now + STANDBY);
        let pauses = self.views.iter().filter_map(|view| view.pauses_until(now)).min();
        let until = [tick, standby, pauses].into_iter().flatten().min();
        // Events that no view is to read now would wake it again and again.
        let follows = self.works_mut().any(|work| work.may_go_on(Stage::Live));
        let event = async {
            if !follows {
                pending::<()>().await;
            }
            self.store.wait_past(self.head).await
        };
        let woken = select(event, asked.wait_past(requests));
        let wait = match until {
            Some(until) => match select(woken, Delay::new(until.saturating_duration_since(now))).await {
                First::One(woken) => woken,
                First::Other(()) => return,
            },
            None => woken.await,
        };
        // When the store cannot say, the next round finds out why; not at once, again and again.
        if matches!(wait, First::One(Err(_))) {
            Delay::new(PAUSE).await;
        }
    }

    /// Looks which generations are to be kept up to date, and shows that this runner is alive.
    fn look(&mut self, requests: Position) {
        if self.settings.tick.is_some_and(|tick| self.ticked.elapsed() >= tick) {
            (self.ticked, self.is_stale) = (Instant::now(), true);
            self.works_mut().for_each(Driving::beat);
        }
        if self.is_stale || requests > self.requests {
            self.requests = requests;
            // Not `all`, which ends at the first that fails.
            let done = self.views.iter_mut().map(|view| view.look(&mut self.batch, self.settings.limits));
            self.is_stale = done.filter(|done| !done).count() > 0;
        }
    }

    /// Does a part of all that is to be done; says whether more is to be done at once.
    async fn round(&mut self) -> bool {
        let store = self.store.id();
        self.works_mut().filter(|work| work.is_at(Stage::Unclaimed)).for_each(|work| work.claim(store));
        for view in &mut self.views {
            for work in view.works.iter_mut().filter(|work| work.is_at(Stage::Unchecked)) {
                match checkpoint::check(self.store, work.work.checkpoint()).await {
                    Ok(Ok(())) => work.checked(),
                    Ok(Err(reason)) => work.fail(reason),
                    Err(error) => work.fail(unreadable(error)),
                }
            }
        }
        for view in &mut self.views {
            view.set_bounds(self.settings.holds_swaps, self.head);
        }
        for stage in [Stage::Live, Stage::Behind] {
            if let Err(error) = self.read_for(stage).await {
                self.fail_reading(stage, error);
            }
        }
        let mut is_busy = false;
        for view in &mut self.views {
            for work in &mut view.works {
                let is_claimed = matches!(work.stage, Stage::Behind | Stage::Live);
                if is_claimed && work.role == Role::Shown {
                    is_busy |= work.work.serve(self.store).await;
                    work.served();
                }
            }
            if let Some(error) = refusal(view) {
                view.view.refuse_requests(&error);
            }
            view.works.iter().for_each(|work| work.withhold(self.settings.holds_swaps));
            if !self.settings.holds_swaps && swap(view) {
                (self.is_stale, is_busy) = (true, true);
            }
        }
        is_busy
    }

    /// Takes note that the log could not be read for those at a stage that are farthest behind: others may be past what cannot be read.
    fn fail_reading(&mut self, stage: Stage, error: ReadError) {
        let is_other_log = matches!(error, ReadError::Ahead { .. });
        let error = Arc::new(error);
        let after = self.works_mut().filter(|work| work.may_go_on(stage)).map(|work| work.position()).min();
        for work in self.works_mut().filter(|work| work.may_go_on(stage) && Some(work.position()) == after) {
            if is_other_log {
                work.recheck();
            } else {
                work.fail(ViewError::Log(Arc::clone(&error)).into());
            }
        }
    }

    /// Reads a batch for those at a stage, and has them apply it.
    async fn read_for(&mut self, stage: Stage) -> Result<(), ReadError> {
        let has_live = self.works_mut().any(|work| work.stage == Stage::Live);
        let at_stage = self.works_mut().filter(|work| work.may_go_on(stage)).map(|work| work.work.checkpoint());
        let Some(from) = at_stage.min_by_key(|checkpoint| position_of(*checkpoint)) else { return Ok(()) };
        let from = from.unwrap_or_else(|| Checkpoint::beginning(self.store.id()));
        let after = from.position;
        let kinds = self.kinds_for(stage);
        let size = if has_live { &mut self.small } else { &mut self.large };
        let to_read = ToRead { store: self.store, batch: &mut self.batch, size, from };
        let end = if stage == Stage::Behind {
            self.kinds.read_behind(to_read, &kinds).await?
        } else {
            self.kinds.read(to_read).await?
        };
        if !end.more {
            self.head = end.position;
        }
        self.shown_head.fetch_max(end.position.get(), Ordering::Relaxed);
        if end.position > after {
            let to = checkpoint::at(self.store, end).await?;
            let works = self.views.iter_mut().flat_map(|view| &mut view.works);
            works.filter(|work| work.may_go_on(stage)).for_each(|work| work.apply(&self.batch, to, end));
        } else {
            self.works_mut().filter(|work| work.may_go_on(stage)).for_each(|work| work.arrive(end));
        }
        Ok(())
    }

    /// The kinds of events that those at a stage handle.
    fn kinds_for(&self, stage: Stage) -> Vec<LaneKind> {
        let at_stage = self.views.iter().filter(|view| view.works.iter().any(|work| work.may_go_on(stage)));
        at_stage.flat_map(|view| view.view.kinds()).collect()
    }

    fn works_mut(&mut self) -> impl Iterator<Item = &mut Driving> {
        self.views.iter_mut().flat_map(|view| &mut view.works)
    }
}

fn unreadable(error: ReadError) -> StopReason {
    ViewError::Log(Arc::new(error)).into()
}

/// Why what is asked for cannot be done now: a request is answered also then.
fn refusal(view: &Driven) -> Option<ViewError> {
    let name = view.view.name();
    let shown = view.works.iter().find(|work| work.role == Role::Shown);
    match shown {
        Some(work) if work.stands_by() => Some(ViewError::Fenced { view: name }),
        Some(work) if work.stage != Stage::Stopped => None,
        _ => {
            let reason = view.view.generations().stop_reason().unwrap_or_else(|| Arc::new(StopReason::NotRunning));
            Some(ViewError::Stopped { view: name, reason })
        }
    }
}

/// Shows a generation that was built, once it is up to date; says whether it is shown now.
fn swap(view: &mut Driven) -> bool {
    let Some(built) = view.works.iter_mut().find(|work| work.may_swap()) else { return false };
    match view.view.swap(built.generation) {
        Ok(is_swapped) => {
            built.tried_to_swap(is_swapped);
            if is_swapped {
                tracing::info!(
                    view = view.view.name(),
                    generation = built.generation.0,
                    "the view shows what was built beside it"
                );
            }
            is_swapped
        }
        Err(error) => {
            built.fail(error.into());
            false
        }
    }
}
