//! What is built beside the rows that are shown, of a view of any kind: begun, compared, shown, taken away again.

use std::time::{Duration, Instant};

use futures_timer::Delay;

use crate::error::ViewError;
use crate::runner::registered_view::AnyView;
use crate::runner::set::ViewSet;
use crate::runner::waiting::LONGEST;
use crate::stream::Position;
use crate::view::{Checkpoint, Generation, position_of};

/// How often it is looked whether two generations have come to one position.
const POLL: Duration = Duration::from_millis(5);

/// Begins a new generation, unless one is being built.
pub(super) fn rebuild(set: &ViewSet, view: &dyn AnyView) -> Result<(), ViewError> {
    view.lineage()?.rebuild()?;
    set.notify();
    Ok(())
}

/// Shows what is built, whether or not it is up to date; false if nothing is.
pub(super) fn swap(set: &ViewSet, view: &dyn AnyView) -> Result<bool, ViewError> {
    let lineage = view.lineage()?;
    let swapped = lineage.built()?.map_or(Ok(false), |built| lineage.swap(built, true))?;
    set.notify();
    Ok(swapped)
}

/// Shows again what was shown before; false if there is nothing.
pub(super) fn swap_back(set: &ViewSet, view: &dyn AnyView) -> Result<bool, ViewError> {
    let swapped = view.lineage()?.swap_back()?;
    set.notify();
    Ok(swapped)
}

/// How a generation of a view is read at one moment.
pub(super) trait TakesSnapshots: Sync {
    /// A generation at one moment.
    type Snapshot: Send;

    /// The active generation, whatever code has made it.
    fn active(&self) -> Result<Self::Snapshot, ViewError>;

    /// A generation.
    fn generation(&self, generation: Generation) -> Result<Self::Snapshot, ViewError>;

    fn checkpoint(snapshot: &Self::Snapshot) -> Option<Checkpoint>;
}

/// What is shown and what is built beside it, at one position of the log; waits for that up to this time.
pub(super) async fn at_one_position<S: TakesSnapshots + ?Sized>(
    set: &ViewSet,
    view: &dyn AnyView,
    snapshots: &S,
    time: Duration,
) -> Result<(S::Snapshot, S::Snapshot), ViewError> {
    let deadline = Instant::now() + time.min(LONGEST);
    loop {
        let built = view.lineage()?.built()?.ok_or(ViewError::not_built(view.name()))?;
        let shown = snapshots.active()?;
        // The one that is built comes to where the other was at this moment.
        let _goal = view.goal().set(S::checkpoint(&shown));
        set.notify();
        let at = position_of(S::checkpoint(&shown));
        loop {
            let mut of_built = begun(view.lineage()?.checkpoint(built))?.map_or(Position::default(), position_of);
            // A snapshot may be all rows, and is taken only once it is likely to be the one that is compared.
            if of_built == at
                && let Some(built) = begun(snapshots.generation(built))?
            {
                of_built = position_of(S::checkpoint(&built));
                if of_built == at {
                    return Ok((shown, built));
                }
            }
            if deadline <= Instant::now() {
                return Err(ViewError::Apart { view: view.name(), shown: at, built: of_built });
            }
            Delay::new(POLL).await;
            if of_built > at {
                break;
            }
        }
    }
}

/// What was read of a generation; none if a runner has still to begin with it.
fn begun<T>(read: Result<T, ViewError>) -> Result<Option<T>, ViewError> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(ViewError::NotBuilt { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
