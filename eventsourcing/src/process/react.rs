//! A reaction: what an instance is given is handled, and stored as one commit.
//!
//! **The life of a reaction.**
//! 1. The journal says whether the delivery was made before, or others are parked that it waits behind.
//! 2. The instance is loaded and the handler runs. All that it reads is kept with the version that it was read at.
//! 3. What was recorded is one commit with an event of the journal; what was only read is checked by it.
//!
//! | what went wrong | then |
//! |---|---|
//! | another commit was first | the handler runs again; from the second time on in its turns among the updates of what it looked at |
//! | the outcome is not known | the same commit is sent again under its id |
//! | the store failed | it is tried again after a pause, without end |
//! | the handler failed | that is believed only if all that it read is still so: a commit checks it, and parks the delivery |

use std::pin::pin;
use std::time::Duration;

use futures_timer::Delay;

use crate::aggregate::Id;
use crate::error::{Conflict, StoreError};
use crate::process::Process;
use crate::process::attempt::{Attempt, Attempted};
use crate::process::delivery::Given;
use crate::process::reactor::{Known, Outcome, Pass, Reactor};
use crate::repository::{turns, wait_for_sent};
use crate::store::{First, Place, select};
use crate::stream::StreamId;

/// How long a reaction holds turns: one that waits longer for something else lets others decide.
const HOLDS: Duration = Duration::from_millis(25);

/// After how many conflicts one more is a fault: a handler that changes by the application what it reads by the reaction meets them without end.
const CONFLICTS: u32 = 100;

impl<P: Process> Reactor<P> {
    /// Has an instance react. An error is one of the store: nothing is known of the delivery.
    pub(super) async fn react(
        &self,
        instance: Id<P>,
        given: &Given<P>,
        pass: Pass,
        mut known: Known<'_>,
    ) -> Result<Outcome, StoreError> {
        let (mut places, mut too_late): (Vec<Place<'_>>, Option<StreamId>) = (Vec::new(), None);
        let mut conflicts = 0;
        loop {
            let too_late_for = too_late.take();
            let is_last = conflicts >= CONFLICTS;
            let attempt = Attempt { reactor: self, instance, given, pass, known, too_late: too_late_for, is_last };
            let mut made = pin!(attempt.make());
            let attempted = match select(made.as_mut(), Delay::new(HOLDS)).await {
                First::One(attempted) => attempted?,
                First::Other(()) => {
                    places.clear();
                    made.await?
                }
            };
            let (conflict, streams) = match attempted {
                Attempted::Ended(outcome) => return Ok(outcome),
                Attempted::Outdated(conflict, streams) => (conflict, streams),
            };
            places.clear();
            conflicts += 1;
            if let Known::All(_) = known {
                known = Known::Nothing;
            }
            let turn = async {
                Delay::new(pause(conflicts)).await;
                if conflicts > 1 { self.turns_of(&streams).await } else { Vec::new() }
            };
            places = match select(self.stopping.wait(), turn).await {
                First::One(()) => return Ok(Outcome::Interrupted),
                First::Other(places) => places,
            };
            too_late = is_on_creating(conflict);
        }
    }

    /// Takes the turns among the updates of these streams, and waits for what was sent in them before.
    async fn turns_of(&self, streams: &[StreamId]) -> Vec<Place<'_>> {
        let mut places = turns(&*self.store, streams).await;
        for place in &mut places {
            wait_for_sent(&*self.store, place).await;
        }
        places
    }
}

/// The stream that it was too late to create.
fn is_on_creating(conflict: Conflict) -> Option<StreamId> {
    Some(conflict).filter(|conflict| conflict.expected == 0).map(|conflict| conflict.stream)
}

/// A random part of a time that doubles, so that those who got in each other's way do not meet again.
fn pause(conflicts: u32) -> Duration {
    Duration::from_micros(fastrand::u64(0..200 << conflicts.min(8)))
}
