//! Updating several aggregates: loading, deciding and saving all of them in one commit.

use crate::aggregate::{Aggregate, Id, Mark, stream_of};
use crate::error::{LoadError, SaveError, UpdateError};
use crate::log::OnUnknown;
use crate::repository::pipeline::{Ended, StoredPart, get_in_turn, hand_on};
use crate::repository::repetition::Repeated;
use crate::repository::save::Saved;
use crate::repository::{CommandOutput, CommitOptions, DEADLINE, Member, Sent, Tries};
use crate::store::{BoxFuture, EventStore, Place, take_place};
use crate::stream::StreamId;

/// The ids of several aggregates to be updated together: a tuple of two to eight.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name several aggregates",
    label = "not a tuple of ids",
    note = "give a tuple `(id, other_id)` of up to eight ids; one aggregate is updated by `update` of its repository",
    note = "any number of one type: within `retry`, load them by `get_many`, and `commit(&mut aggregates[..])`"
)]
pub trait UpdateSet: Copy + Send + Sync {
    /// The aggregates, in the order of the ids.
    type Aggregates: Send;
    /// What a command is given of them: a tuple of `&mut` of each.
    type Lent<'a>;

    /// Their streams, in the order of the ids.
    #[doc(hidden)]
    fn streams(self) -> Vec<StreamId>;

    /// Loads them, for a caller that holds their turns; or has none of them, if there are no places.
    #[doc(hidden)]
    fn load<'a>(
        self,
        store: &'a dyn EventStore,
        places: &'a mut [Place<'_>],
    ) -> BoxFuture<'a, Result<Self::Aggregates, LoadError>>;

    /// Loads them as they were before a commit that is stored.
    #[doc(hidden)]
    fn load_before<'a>(
        self,
        store: &'a dyn EventStore,
        repeated: &'a Repeated<'_>,
    ) -> BoxFuture<'a, Result<Self::Aggregates, SaveError>>;

    /// Hands their turns on with them, once they are stored.
    #[doc(hidden)]
    fn hand_on(aggregates: Self::Aggregates, places: Vec<Place<'_>>);

    /// Lends them to a command.
    #[doc(hidden)]
    fn lend(aggregates: &mut Self::Aggregates) -> Self::Lent<'_>;

    /// Lends them to a commit.
    #[doc(hidden)]
    fn members(aggregates: &mut Self::Aggregates) -> Vec<&mut dyn Member>;
}

macro_rules! tuples {
    ($($name:ident)*) => {
        #[expect(non_snake_case, reason = "a type's name names its value")]
        impl<$($name: Aggregate),*> UpdateSet for ($(Id<$name>,)*) {
            type Aggregates = ($($name,)*);
            type Lent<'a> = ($(&'a mut $name,)*);

            fn streams(self) -> Vec<StreamId> {
                let ($($name,)*) = self;
                vec![$(stream_of($name)),*]
            }

            fn load<'a>(
                self,
                store: &'a dyn EventStore,
                places: &'a mut [Place<'_>],
            ) -> BoxFuture<'a, Result<Self::Aggregates, LoadError>> {
                Box::pin(async move {
                    let ($($name,)*) = self;
                    let mut places = places.iter_mut();
                    Ok(($(get_in_turn(store, places.next(), $name, OnUnknown::Error).await?,)*))
                })
            }

            fn load_before<'a>(
                self,
                store: &'a dyn EventStore,
                repeated: &'a Repeated<'_>,
            ) -> BoxFuture<'a, Result<Self::Aggregates, SaveError>> {
                Box::pin(async move {
                    let ($($name,)*) = self;
                    Ok(($(repeated.before(store, $name, OnUnknown::Error).await?,)*))
                })
            }

            fn hand_on(aggregates: Self::Aggregates, places: Vec<Place<'_>>) {
                let ($($name,)*) = aggregates;
                let mut places = places.into_iter();
                $(
                    if let Some(place) = places.next() {
                        hand_on(place, $name, OnUnknown::Error);
                    }
                )*
            }

            fn lend(aggregates: &mut Self::Aggregates) -> Self::Lent<'_> {
                let ($($name,)*) = aggregates;
                ($($name,)*)
            }

            fn members(aggregates: &mut Self::Aggregates) -> Vec<&mut dyn Member> {
                let ($($name,)*) = aggregates;
                vec![$($name as &mut dyn Member),*]
            }
        }
    };
}

tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);

fn check_distinct(streams: &[StreamId]) -> Result<(), LoadError> {
    for (index, stream) in streams.iter().enumerate() {
        if streams.iter().take(index).any(|earlier| earlier == stream) {
            return Err(LoadError::Duplicate { stream: stream.clone() });
        }
    }
    Ok(())
}

/// What a command left is to be the aggregates that it was given, each in its place: their turns are handed on with them.
fn check_same(streams: &[StreamId], mark: Mark, left: &[&mut dyn Member]) -> Result<(), SaveError> {
    match streams.iter().zip(left).find(|(stream, left)| **stream != left.stream() || !left.is_lent(mark)) {
        Some((stream, left)) => {
            Err(SaveError::OtherAggregate { stream: stream.clone(), returned: left.stream().into() })
        }
        None => Ok(()),
    }
}

/// Takes the turns of all of them; of none if one does not move on. In one order for all callers, so that none waits in a circle.
pub(crate) async fn turns<'s>(store: &'s dyn EventStore, streams: &[StreamId]) -> Vec<Place<'s>> {
    let mut order: Vec<usize> = (0..streams.len()).collect();
    order.sort_by_key(|index| streams.get(*index));
    let mut places = Vec::with_capacity(streams.len());
    for (index, stream) in order.into_iter().filter_map(|index| Some((index, streams.get(index)?))) {
        let mut place = take_place(store, stream.clone());
        if !place.wait().await {
            return Vec::new();
        }
        places.push((index, place));
    }
    places.sort_by_key(|(index, _)| *index);
    places.into_iter().map(|(_, place)| place).collect()
}

/// Loads, decides and saves until it is saved or the time is spent, each time with the turns of all of them.
pub(crate) async fn update_several<I: UpdateSet, R: CommandOutput>(
    store: &dyn EventStore,
    ids: I,
    mut command: impl FnMut(I::Lent<'_>) -> R,
) -> Result<R::Value, UpdateError<R::Error>> {
    decide(store, &CommitOptions::new(), ids, &mut command).await.result
}

/// The same under a commit id or metadata of the caller's. A repetition stores nothing and decides on what the first one was decided on.
pub(crate) async fn update_several_with<I: UpdateSet, R: CommandOutput>(
    store: &dyn EventStore,
    options: &CommitOptions,
    ids: I,
    mut command: impl FnMut(I::Lent<'_>) -> R,
) -> Result<R::Value, UpdateError<R::Error>> {
    let ended = decide(store, options, ids, &mut command).await;
    let Some(commit) = options.id else { return ended.result };
    let first = ended.stored.find_first(store, options).await.map_err(UpdateError::Save)?;
    let Some(first) = first else { return ended.result };
    let repeated = Repeated::of(store, commit, &first, &ids.streams()).await.map_err(UpdateError::Save)?;
    let mut before = ids.load_before(store, &repeated).await.map_err(UpdateError::Save)?;
    let value = command(I::lend(&mut before)).into_result().map_err(UpdateError::Rejected)?;
    let changed = I::members(&mut before).into_iter().filter(|member| member.pending() > 0);
    repeated.check_changed(changed.map(|member| member.stream())).map_err(UpdateError::Save)?;
    Ok(value)
}

async fn decide<I: UpdateSet, R: CommandOutput>(
    store: &dyn EventStore,
    options: &CommitOptions,
    ids: I,
    command: &mut impl FnMut(I::Lent<'_>) -> R,
) -> Ended<R::Value, R::Error> {
    let ended = |result, stored| Ended { result, stored };
    let (mut tries, streams) = (Tries::new(DEADLINE), ids.streams());
    if let Err(duplicate) = check_distinct(&streams) {
        return ended(Err(UpdateError::Load(duplicate)), StoredPart::Now);
    }
    loop {
        let mut places = turns(store, &streams).await;
        let mut aggregates = match ids.load(store, &mut places).await {
            Ok(aggregates) => aggregates,
            Err(error) => return ended(Err(UpdateError::Load(error)), StoredPart::Nothing),
        };
        let mark = Mark::new();
        for member in I::members(&mut aggregates) {
            member.lend(mark);
        }
        let value = match command(I::lend(&mut aggregates)).into_result() {
            Ok(value) => value,
            Err(own) => return ended(Err(UpdateError::Rejected(own)), StoredPart::Nothing),
        };
        if let Err(other) = check_same(&streams, mark, &I::members(&mut aggregates)) {
            return ended(Err(UpdateError::Save(other)), StoredPart::Nothing);
        }
        let is_empty = I::members(&mut aggregates).iter().all(|member| member.pending() == 0);
        loop {
            match tries.send_once(store, options, &mut I::members(&mut aggregates)).await {
                Sent::Done(Saved::Stored(_)) => {
                    I::hand_on(aggregates, places);
                    return ended(Ok(value), if is_empty { StoredPart::Nothing } else { StoredPart::Now });
                }
                Sent::Done(Saved::Repeated(_, first)) => return ended(Ok(value), StoredPart::Before(first)),
                Sent::InDoubt => {
                    places.clear();
                    tries.wait().await;
                }
                Sent::Outdated => break,
                Sent::Spent(conflict) => return ended(Err(UpdateError::Conflict(conflict)), StoredPart::Now),
                Sent::Failed(error) => return ended(Err(UpdateError::Save(error)), StoredPart::Now),
            }
        }
        drop(places);
        tries.wait().await;
    }
}
