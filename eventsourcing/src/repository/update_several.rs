//! Updating several aggregates: loading, deciding and saving all of them in one commit.

use std::collections::HashSet;

use crate::aggregate::Mark;
use crate::error::{LoadError, UpdateError};
use crate::repository::pipeline::{Ended, StoredPart};
use crate::repository::repetition::Repeated;
use crate::repository::save::Saved;
use crate::repository::{CommandOutput, CommitOptions, DEADLINE, Sent, Tries, UpdateSet};
use crate::store::{EventStore, Place, take_place};
use crate::stream::StreamId;

fn check_distinct(streams: &[StreamId]) -> Result<(), LoadError> {
    let mut seen = HashSet::with_capacity(streams.len());
    match streams.iter().find(|stream| !seen.insert(*stream)) {
        Some(stream) => Err(LoadError::Duplicate { stream: stream.clone() }),
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
    decide(store, &CommitOptions::new(), &ids, &mut command).await.result
}

/// The same under a commit id or metadata of the caller's. A repetition stores nothing and decides on what the first one was decided on.
pub(crate) async fn update_several_with<I: UpdateSet, R: CommandOutput>(
    store: &dyn EventStore,
    options: &CommitOptions,
    ids: I,
    mut command: impl FnMut(I::Lent<'_>) -> R,
) -> Result<R::Value, UpdateError<R::Error>> {
    let ended = decide(store, options, &ids, &mut command).await;
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
    ids: &I,
    command: &mut impl FnMut(I::Lent<'_>) -> R,
) -> Ended<R::Value, R::Error> {
    let ended = |result, stored| Ended { result, stored };
    let (mut tries, streams) = (Tries::new(DEADLINE), ids.streams());
    if let Err(duplicate) = check_distinct(&streams) {
        return ended(Err(UpdateError::Load(duplicate)), StoredPart::Now);
    }
    loop {
        let mut places = turns(store, &streams).await;
        let mut aggregates = match ids.load(store, &mut places.iter_mut()).await {
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
        if let Err(other) = ids.check_left(mark, &aggregates) {
            return ended(Err(UpdateError::Save(other)), StoredPart::Nothing);
        }
        let is_empty = I::members(&mut aggregates).iter().all(|member| member.pending() == 0);
        loop {
            match tries.send_once(store, options, &mut I::members(&mut aggregates)).await {
                Sent::Done(Saved::Stored(_)) => {
                    I::hand_on(aggregates, &mut places.into_iter());
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
