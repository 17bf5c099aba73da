//! Waiting for the rows of a view.

use std::time::Duration;

use futures_timer::Delay;

use crate::error::ViewError;
use crate::runner::kept::AnyKept;
use crate::runner::select::{First, select};
use crate::runner::set::ViewSet;
use crate::stream::Position;
use crate::view::{Role, position_of};

/// How often it is looked whether a generation that was swapped in is up to date.
const LOOK: Duration = Duration::from_millis(5);

/// Waits until the rows that are read are made up to a position.
pub(super) async fn wait_for(set: &ViewSet, view: &dyn AnyKept, position: Position) -> Result<(), ViewError> {
    loop {
        match view.generations().wait_for(position).await {
            Ok(()) => match view.shown_checkpoint() {
                Ok(checkpoint) if position_of(checkpoint) >= position => return Ok(()),
                Ok(_) | Err(ViewError::NotBuilt { .. }) => {}
                Err(error) => return Err(error),
            },
            Err(ViewError::NotShown { .. }) if is_swapped_in(view)? => {}
            Err(error) => return Err(error),
        }
        // Others were swapped in, which the runner waits for as soon as it has noticed them.
        if let Some(reason) = view.generations().stop_reason() {
            return Err(ViewError::Stopped { view: view.name(), reason });
        }
        set.notify();
        Delay::new(LOOK).await;
    }
}

/// Whether what the runner last saw as built is shown by now.
fn is_swapped_in(view: &dyn AnyKept) -> Result<bool, ViewError> {
    let current = view.generations().current().map(|current| current.generation);
    Ok(view.to_keep()?.iter().any(|(kept, role)| *role == Role::Shown && Some(*kept) == current))
}

/// The same for no longer than what is left of a time.
pub(super) async fn wait_for_up_to(
    set: &ViewSet,
    view: &dyn AnyKept,
    asked: Position,
    left: Duration,
    of: Duration,
) -> Result<(), ViewError> {
    match select(wait_for(set, view, asked), Delay::new(left)).await {
        First::One(reached) => reached,
        First::Other(()) => {
            let current = view.generations().current();
            let reached = current.map_or(Position::default(), |current| current.progress.reached());
            Err(ViewError::TimedOut { view: view.name(), asked, reached, waited: of })
        }
    }
}
