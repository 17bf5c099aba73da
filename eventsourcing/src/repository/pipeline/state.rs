//! The state that is handed on with the turn.

use crate::aggregate::{Aggregate, Id, stream_of};
use crate::error::{InvalidCommit, LoadError};
use crate::log::OnUnknown;
use crate::repository::get;
use crate::store::{Commit, EventStore, Place, Receipt};

/// An aggregate with nothing pending, as it is once the commits before are stored, unless others have changed it.
pub(in crate::repository) struct State<A> {
    pub(super) aggregate: A,
    /// The commit that made it, if that is not answered.
    pub(super) after: Option<Receipt>,
    /// What it was loaded with.
    unknown: OnUnknown,
    /// Whether it was handed on, and not loaded by this caller: others may have changed the aggregate before this caller came.
    pub(super) is_handed: bool,
}

impl<A: Aggregate> State<A> {
    pub(super) const fn new(aggregate: A, after: Option<Receipt>, unknown: OnUnknown) -> Self {
        Self { aggregate, after, unknown, is_handed: false }
    }

    /// The state that was handed on with the turn; or else what is stored, when all that was sent before is.
    pub(super) async fn take_or_load(
        store: &dyn EventStore,
        place: &mut Place<'_>,
        id: Id<A>,
        unknown: OnUnknown,
    ) -> Result<Self, LoadError> {
        if let Some(mut state) = place.take_state::<Self>().filter(|state| state.unknown == unknown) {
            state.is_handed = true;
            return Ok(state);
        }
        Self::load(store, place, id, unknown).await
    }

    /// A commit that stores nothing, and is answered well if the state is what is stored.
    pub(super) fn check(&self) -> Result<Commit, InvalidCommit> {
        let root = self.aggregate.root();
        let mut check = Commit::new();
        check.append(stream_of(root.id()), root.state.stored().version)?;
        if let Some(after) = &self.after {
            check.follow(after.clone());
        }
        Ok(check)
    }

    async fn load(
        store: &dyn EventStore,
        place: &mut Place<'_>,
        id: Id<A>,
        unknown: OnUnknown,
    ) -> Result<Self, LoadError> {
        wait_for_sent(store, place).await;
        Ok(Self::new(get(store, id, unknown).await?, None, unknown))
    }

    /// Hands the turn on with this state, if it is one that can be decided on.
    pub(super) fn hand_on(self, place: &mut Place<'_>) {
        if self.can_be_decided_on() {
            place.hand_on(self);
        } else {
            place.release();
        }
    }

    /// Gives the place up, with this state for those who wait, if it is one that can be decided on.
    pub(super) fn leave(self, place: Place<'_>) {
        if self.can_be_decided_on() {
            place.leave_with(self);
        }
    }

    fn can_be_decided_on(&self) -> bool {
        let root = self.aggregate.root();
        root.state.pending_len() == 0 && root.state.attempt().is_none() && !root.state.is_discarded()
    }
}

/// To be called before something is loaded: waits until all that was sent before is answered.
pub(crate) async fn wait_for_sent(store: &dyn EventStore, place: &mut Place<'_>) {
    if place.begin_load() {
        // Whatever comes of it: if the store fails, so does loading.
        let _ = store.commit(Commit::new()).await;
    }
}

/// An aggregate as it is stored, for a caller that holds the turn.
pub(in crate::repository) async fn get_in_turn<A: Aggregate>(
    store: &dyn EventStore,
    place: Option<&mut Place<'_>>,
    id: Id<A>,
    unknown: OnUnknown,
) -> Result<A, LoadError> {
    let Some(place) = place else { return get(store, id, unknown).await };
    let state = State::take_or_load(store, place, id, unknown).await?;
    if !state.is_handed {
        return Ok(state.aggregate);
    }
    if let Ok(check) = state.check()
        && store.commit(check).await.is_ok()
    {
        return Ok(state.aggregate);
    }
    Ok(State::load(store, place, id, unknown).await?.aggregate)
}

/// Hands the turn on with an aggregate as it is stored, if others wait for it.
pub(in crate::repository) fn hand_on<A: Aggregate>(place: Place<'_>, aggregate: A, unknown: OnUnknown) {
    State::new(aggregate, None, unknown).leave(place);
}
