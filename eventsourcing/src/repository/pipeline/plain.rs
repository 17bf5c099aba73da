//! A try that decides on what is stored, and holds the turn, if it has it, until it is answered.

use crate::aggregate::Aggregate;
use crate::error::{LoadError, UpdateError};
use crate::repository::pipeline::{Ended, Step, StoredPart, Update, get_in_turn, hand_on};
use crate::repository::save::Saved;
use crate::repository::tries::Sent;
use crate::repository::{CommandOutput, Repository};
use crate::store::Place;

impl<A: Aggregate> Repository<A> {
    pub(super) async fn plain<R: CommandOutput, C: FnMut(&mut A) -> R>(
        &self,
        update: &mut Update<'_, A, C>,
        mut place: Option<Place<'_>>,
    ) -> Step<R::Value, R::Error> {
        let store = &**self.store();
        let mut aggregate = match get_in_turn(store, place.as_mut(), update.id, self.on_unknown).await {
            Ok(aggregate) => aggregate,
            Err(error) => {
                let is_there = !matches!(error, LoadError::NotFound { .. });
                let stored = if is_there { StoredPart::Now } else { StoredPart::Nothing };
                return Step::Ended(Ended { result: Err(UpdateError::Load(error)), stored });
            }
        };
        let value = match update.run(&mut aggregate) {
            Ok(value) => value,
            Err(error) => return Step::Ended(Ended { result: Err(error), stored: StoredPart::Nothing }),
        };
        self.send_in_turn(update, place, aggregate, value).await
    }

    /// Sends what was recorded until it is answered, and hands the turn on with what is then stored.
    pub(super) async fn send_in_turn<V, E, C>(
        &self,
        update: &mut Update<'_, A, C>,
        mut place: Option<Place<'_>>,
        mut aggregate: A,
        value: V,
    ) -> Step<V, E> {
        let store = &**self.store();
        let stored = if aggregate.root().state.pending_len() > 0 { StoredPart::Now } else { StoredPart::Nothing };
        loop {
            let sent = update.tries.send_once(store, update.options, &mut [&mut aggregate]).await;
            match sent {
                Sent::Done(Saved::Stored(_)) => {
                    let checked = self.check_saved(&aggregate).await;
                    if let Some(place) = place {
                        hand_on(place, aggregate, self.on_unknown);
                    }
                    return Step::Ended(Ended { result: checked.map(|()| value).map_err(UpdateError::Save), stored });
                }
                Sent::Done(Saved::Repeated(_, first)) => {
                    return Step::Ended(Ended { result: Ok(value), stored: StoredPart::Before(first) });
                }
                Sent::InDoubt => {
                    place = None;
                    update.tries.wait().await;
                }
                Sent::Outdated => {
                    drop(place);
                    update.tries.wait().await;
                    return Step::Again;
                }
                Sent::Spent(conflict) => return update.spent(conflict),
                Sent::Failed(error) => return Step::failed(UpdateError::Save(error)),
            }
        }
    }
}
