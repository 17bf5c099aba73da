//! The loop of a runner: reads the log behind the views, and has each of them apply what was read.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use futures_timer::Delay;

use crate::error::{ReadError, StopReason, ViewError};
use crate::runner::checkpoint;
use crate::runner::folding::Work;
use crate::runner::kept::AnyKept;
use crate::runner::progress::Progress;
use crate::runner::select::{First, select};
use crate::store::{EventStore, LogRead, StoredEvent, Watch};
use crate::stream::Position;
use crate::view::{Batch, Checkpoint, FoldLimits};

/// The fewest and the most events of a batch: it doubles as long as there are more to read.
const EVENTS: (usize, usize) = (1_024, 65_536);

/// The bytes of payloads at which a batch ends.
const BYTES: usize = 8 << 20;

/// The pauses after failures that may go by: each twice the one before.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(5));

/// The views that are still going on.
struct Going {
    progress: Arc<Progress>,
    work: Box<dyn Work>,
}

/// Brings the views up to date and keeps them so, until all of them have stopped or `stop` is published. `asked` is published with each
/// request.
pub(super) async fn drive(
    store: &dyn EventStore,
    views: &[Arc<dyn AnyKept>],
    limits: FoldLimits,
    asked: &Watch,
    stop: &Watch,
) {
    let mut batch = Batch::default();
    let mut going = begin(views, limits, &mut batch);
    let stopped = stop.wait_past(Position::default());
    select(keep_up(store, &mut batch, &mut going, asked), stopped).await;
}

fn begin(views: &[Arc<dyn AnyKept>], limits: FoldLimits, batch: &mut Batch) -> Vec<Going> {
    let mut going = Vec::new();
    for view in views {
        let progress = view.progress();
        match view.begin(batch, limits) {
            Ok(work) => going.push(Going { progress, work }),
            Err(error) => progress.stop(Arc::new(error.into())),
        }
    }
    going
}

async fn keep_up(store: &dyn EventStore, batch: &mut Batch, going: &mut Vec<Going>, asked: &Watch) {
    let (mut pause, mut is_checked, mut events) = (PAUSES.0, false, EVENTS.0);
    while !going.is_empty() {
        // Before the requests are looked at: one that comes meanwhile is not missed.
        let requests = asked.published();
        let done = async {
            if !is_checked {
                check(store, going).await?;
                is_checked = true;
            }
            let reached = catch_up(store, batch, going, &mut events).await?;
            for view in &mut *going {
                view.work.serve(store).await;
            }
            Ok(reached)
        };
        match done.await {
            Ok(reached) => {
                pause = PAUSES.0;
                if going.is_empty() {
                    return;
                }
                // When the store cannot say, the next try finds out why.
                let waited = select(store.wait_past(reached), asked.wait_past(requests)).await;
                if !matches!(waited, First::One(Err(_))) {
                    continue;
                }
            }
            // The log is another one than it was.
            Err(Failure::Log(ReadError::Ahead { .. })) => is_checked = false,
            Err(Failure::Log(error)) => {
                let error = Arc::new(error);
                for view in &*going {
                    view.progress.retry(ViewError::Log(Arc::clone(&error)).into());
                }
            }
            // The view says so itself.
            Err(Failure::View) => {}
        }
        Delay::new(pause).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// What ends a round before the end of the log.
enum Failure {
    Log(ReadError),
    /// A view could not keep what it has made, and is to try again.
    View,
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::Log(error)
    }
}

/// Stops the views that were made of another log than this one; the others have what they had before.
async fn check(store: &dyn EventStore, going: &mut Vec<Going>) -> Result<(), Failure> {
    for index in (0..going.len()).rev() {
        let Some(view) = going.get(index) else { continue };
        match checkpoint::check(store, view.work.checkpoint()).await? {
            Ok(()) => view.progress.reach(view.work.position()),
            Err(reason) => going.remove(index).progress.stop(Arc::new(reason)),
        }
    }
    Ok(())
}

/// Brings all views to the end of the log, and returns where that is.
async fn catch_up(
    store: &dyn EventStore,
    batch: &mut Batch,
    going: &mut Vec<Going>,
    events: &mut usize,
) -> Result<Position, Failure> {
    loop {
        let Some(after) = going.iter().map(|view| view.work.position()).min() else { return Ok(Position::default()) };
        let (reached, more) = read(store, batch, after, *events).await?;
        if reached > after {
            let to = checkpoint::at(store, reached).await?;
            apply(batch, to, going)?;
        }
        *events = if more { (*events * 2).min(EVENTS.1) } else { EVENTS.0 };
        if !more {
            for view in &*going {
                view.progress.live();
            }
            return Ok(reached);
        }
    }
}

/// Reads a batch after a position, and returns where it ends and whether there may be more.
async fn read(
    store: &dyn EventStore,
    batch: &mut Batch,
    after: Position,
    events: usize,
) -> Result<(Position, bool), ReadError> {
    batch.clear();
    let mut read = LogRead::after(after).aggregates(batch.aggregates()).never_waits();
    loop {
        let mut visit = |stored: StoredEvent<'_>| {
            batch.push(&stored);
            if batch.bytes() < BYTES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let page = store.read_log(read.clone(), &mut visit).await?;
        read.after = page.reached;
        if !page.more || batch.entries().len() >= events || batch.bytes() >= BYTES {
            return Ok((page.reached, page.more));
        }
    }
}

/// Has each view apply a batch; a view that cannot go on is stopped, and the others go on.
fn apply(batch: &Batch, to: Checkpoint, going: &mut Vec<Going>) -> Result<(), Failure> {
    let mut failed = false;
    going.retain_mut(|view| {
        if view.work.position() >= to.position {
            return true;
        }
        match view.work.apply(batch, to) {
            Ok(()) => view.progress.reach(to.position),
            Err(reason) if may_go_by(&reason) => {
                failed = true;
                view.progress.retry(reason);
            }
            Err(reason) => {
                view.progress.stop(Arc::new(reason));
                return false;
            }
        }
        true
    });
    if failed { Err(Failure::View) } else { Ok(()) }
}

/// Whether trying again may help: what keeps the rows has failed, and not what is made of the events.
const fn may_go_by(reason: &StopReason) -> bool {
    matches!(reason, StopReason::View(error) if !matches!(error, ViewError::Fenced { .. } | ViewError::Row { .. }))
}
