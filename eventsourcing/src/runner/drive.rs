//! The loop of a runner: reads the log behind the views, and has each generation of them apply what was read.
//!
//! Those that are up to date come first, so that one which is built beside them keeps no one waiting: each round reads a batch for them, one for those
//! that are nearest to the end of the log, and one for those that are far behind these.

mod read_for;

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_timer::Delay;

use crate::error::{ReadError, StopReason, ViewError};
use crate::runner::checkpoint;
use crate::runner::futures::give_way;
use crate::runner::generation_run::{GenerationRun, Stage};
use crate::runner::kinds::Kinds;
use crate::runner::reading::BatchSize;
use crate::runner::registered_view::AnyView;
use crate::runner::set::Claim;
use crate::runner::view_run::ViewRun;
use crate::signal::Flag;
use crate::store::{EventStore, First, caught, select};
use crate::stream::Position;
use crate::view::{Batch, Role};

/// The pause after the store could not say whether there is an event.
const PAUSE: Duration = Duration::from_millis(10);

/// How often a runner that stands by looks whether the other has ended, and how far it is.
const STANDBY: Duration = Duration::from_millis(20);

/// A runner that runs.
struct Runner<'d> {
    store: &'d dyn EventStore,
    claim: &'d Claim,
    batch: Batch,
    kinds: Kinds,
    views: Vec<ViewRun>,
    ticked: Instant,
    small: BatchSize,
    large: BatchSize,
    /// Whether it is to be found out which generations there are.
    is_stale: bool,
    /// How many requests there were when that was last found out.
    requests: u64,
    /// The end of the log, as it was last found.
    head: Position,
    stop: &'d Flag,
}

/// Brings the views up to date and keeps them so, until all of them have stopped or `stop` is raised.
pub(super) async fn drive(store: &dyn EventStore, claim: &Claim, stop: &Flag) {
    let begin = |view: &Arc<dyn AnyView>| ViewRun::new(Arc::clone(view), claim.settings.limits_of(&**view));
    let mut runner = Runner {
        store,
        claim,
        batch: Batch::default(),
        kinds: claim.kinds(),
        views: claim.views.iter().map(begin).collect(),
        ticked: Instant::now(),
        small: BatchSize::of_small_parts(),
        large: BatchSize::of_catching_up(),
        is_stale: true,
        requests: 0,
        head: Position::default(),
        stop,
    };
    let stopped = stop.wait();
    if let First::One(Err(message)) = select(caught(runner.keep_up()), stopped).await {
        runner.views.iter_mut().for_each(|view| view.stop(StopReason::Panicked { message: message.clone() }));
    }
}

impl Runner<'_> {
    async fn keep_up(&mut self) {
        let requests = self.claim.requests();
        // Who is nearest to it is seen before it is reached. If the store cannot say, reading finds out why.
        self.head = self.store.head().await.unwrap_or_default();
        loop {
            // Before the requests and the pauses are looked at: what comes meanwhile, and what ends, is not missed.
            let (count, moment) = (requests.count(), Instant::now());
            self.refresh(count);
            if self.views.iter().all(ViewRun::is_over) {
                return;
            }
            let is_busy = self.round().await;
            if is_busy || self.runs_mut().any(|run| run.is_at(Stage::Behind) || run.is_at(Stage::Unchecked)) {
                // So that it can be stopped, and shares its thread, also while it has much to do.
                give_way().await;
            } else {
                self.wait(count, moment).await;
            }
        }
    }

    /// Waits for an event, for a request, and for whatever is to be done at its time, of all that was not done at this moment.
    async fn wait(&mut self, count: u64, moment: Instant) {
        let now = Instant::now();
        let tick = self.claim.settings.tick.map(|tick| self.ticked + tick);
        let is_unclaimed = self.runs_mut().any(|run| run.stage == Stage::Unclaimed);
        let standby = is_unclaimed.then(|| now + STANDBY);
        let pauses = self.views.iter().filter_map(|view| view.pauses_until(moment)).min();
        let until = [tick, standby, pauses].into_iter().flatten().min();
        // Events that no view is to read now would wake it again and again; and one may have come after this round has read for some views, and before
        // it has read for others.
        let read = self.runs_mut().filter(|run| run.may_go_on(Stage::Live)).map(|run| run.position()).min();
        let event = async {
            match read {
                Some(read) => self.store.wait_past(read).await,
                None => pending().await,
            }
        };
        let woken = select(event, self.claim.requests().wait_past(count));
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

    /// Finds out which generations are to be kept up to date, and shows that this runner is alive.
    fn refresh(&mut self, requests: u64) {
        if self.claim.settings.tick.is_some_and(|tick| self.ticked.elapsed() >= tick) {
            (self.ticked, self.is_stale) = (Instant::now(), true);
            self.runs_mut().for_each(GenerationRun::beat);
        }
        if self.is_stale || requests > self.requests {
            self.requests = requests;
            // Not `all`, which ends at the first that fails.
            let done = self.views.iter_mut().map(|view| view.refresh_generations(&mut self.batch));
            self.is_stale = done.filter(|done| !done).count() > 0;
        }
    }

    /// Does a part of all that is to be done; says whether more is to be done at once.
    async fn round(&mut self) -> bool {
        let store = self.store.id();
        self.runs_mut().filter(|run| run.is_at(Stage::Unclaimed)).for_each(|run| run.claim(store));
        for view in &mut self.views {
            for run in view.runs.iter_mut().filter(|run| run.is_at(Stage::Unchecked)) {
                match checkpoint::check(self.store, run.writer.checkpoint()).await {
                    Ok(Ok(())) => run.checked(),
                    Ok(Err(reason)) => run.fail(reason),
                    Err(error) => run.fail(unreadable(error)),
                }
            }
        }
        for view in &mut self.views {
            view.set_bounds(self.claim.settings.holds_swaps, self.head);
        }
        let live = self.readers(Stage::Live, |_| true);
        self.read_for(live).await;
        let [near, far] = self.behind();
        self.read_for(near).await;
        self.read_for(far).await;
        let mut is_busy = false;
        for view in &mut self.views {
            for run in &mut view.runs {
                let is_claimed = matches!(run.stage, Stage::Behind | Stage::Live);
                if is_claimed && run.role == Role::Shown {
                    is_busy |= run.serve(self.store).await;
                }
            }
            if let Some(error) = refusal(view) {
                view.view.refuse_requests(&error);
            }
            view.runs.iter().for_each(|run| run.withhold(self.claim.settings.holds_swaps));
            if !self.claim.settings.holds_swaps && swap(view) {
                (self.is_stale, is_busy) = (true, true);
            }
        }
        is_busy
    }

    fn runs_mut(&mut self) -> impl Iterator<Item = &mut GenerationRun> {
        self.views.iter_mut().flat_map(|view| &mut view.runs)
    }
}

fn unreadable(error: ReadError) -> StopReason {
    ViewError::Log(Arc::new(error)).into()
}

/// Why what is asked for cannot be done now: a request is answered also then.
fn refusal(view: &ViewRun) -> Option<ViewError> {
    let name = view.view.name();
    let shown = view.runs.iter().find(|run| run.role == Role::Shown);
    match shown {
        Some(run) if run.stands_by() => Some(ViewError::Fenced { view: name }),
        Some(run) if run.stage != Stage::Stopped => None,
        _ => Some(match view.view.generations().stop_reason() {
            Some(reason) => ViewError::Stopped { view: name, reason },
            None => ViewError::not_built(name),
        }),
    }
}

/// Shows a generation that was built, once it is up to date; says whether it is shown now.
fn swap(view: &mut ViewRun) -> bool {
    let Some(built) = view.runs.iter_mut().find(|run| run.may_swap()) else { return false };
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
            built.fail(StopReason::from(error));
            false
        }
    }
}
