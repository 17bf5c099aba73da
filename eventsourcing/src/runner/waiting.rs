//! Waiting for the rows of a view.

use std::time::Duration;

use futures_timer::Delay;

use crate::error::ViewError;
use crate::runner::generations::GenerationProgress;
use crate::runner::registered_view::AnyView;
use crate::runner::set::ViewSet;
use crate::store::{First, select};
use crate::stream::Position;
use crate::view::{Lineage, Role, position_of};

/// How often it is looked whether a generation that was swapped in is up to date.
const POLL: Duration = Duration::from_millis(5);

/// The longest time that is waited, a century: one that is much longer cannot be added to the moment that it begins at.
pub(super) const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Waits until the rows that are read are made up to a position.
pub(super) async fn wait_for(set: &ViewSet, view: &dyn AnyView, position: Position) -> Result<(), ViewError> {
    loop {
        let noticed = match view.generations().wait_for(position).await {
            Ok(()) => match view.shown_checkpoint() {
                Ok(checkpoint) if position_of(checkpoint) >= position => return Ok(()),
                Ok(_) | Err(ViewError::NotBuilt { .. }) => view
                    .generations()
                    .stop_reason()
                    .map_or(Ok(()), |reason| Err(ViewError::Stopped { view: view.name(), reason })),
                Err(error) => return Err(error),
            },
            Err(error) => Err(error),
        };
        // Others may have been swapped in, which the runner brings up to date as soon as it has noticed them.
        if let Err(error) = noticed
            && !(set.is_running() && is_outdated(view))
        {
            return Err(error);
        }
        set.notify();
        Delay::new(POLL).await;
    }
}

/// Whether another generation is shown than the runner has noticed, and will notice.
fn is_outdated(view: &dyn AnyView) -> bool {
    if view.generations().is_over() {
        return false;
    }
    // One that has noticed none has stopped for what is wrong with all of them.
    let Some(noticed) = view.generations().current().filter(GenerationProgress::is_noticed) else { return false };
    let kept = view.lineage().and_then(Lineage::to_keep).unwrap_or_default();
    let shown = kept.into_iter().find(|(_, role)| *role == Role::Shown);
    shown.is_some_and(|(shown, _)| !noticed.is_shown || shown != noticed.generation)
}

/// The same for no longer than what is left of a time.
pub(super) async fn wait_for_up_to(
    set: &ViewSet,
    view: &dyn AnyView,
    asked: Position,
    left: Duration,
    waited: Duration,
) -> Result<(), ViewError> {
    match select(wait_for(set, view, asked), Delay::new(left.min(LONGEST))).await {
        First::One(reached) => reached,
        First::Other(()) => {
            let current = view.generations().current();
            let reached = current.map_or(Position::default(), |current| current.progress.reached());
            Err(ViewError::TimedOut { view: view.name(), asked, reached, waited })
        }
    }
}
