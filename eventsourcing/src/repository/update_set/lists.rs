//! Any number of ids of one type.

use std::slice::IterMut;

use super::UpdateSet;
use crate::aggregate::{Aggregate, Id, Mark, stream_of};
use crate::error::{LoadError, SaveError};
use crate::log::OnUnknown;
use crate::repository::Member;
use crate::repository::pipeline::{check_same, get_in_turn, hand_on};
use crate::repository::repetition::Repeated;
use crate::store::{BoxFuture, EventStore, Place};
use crate::stream::StreamId;

macro_rules! lists {
    ($(($($generics:tt)*) $list:ty;)*) => {$(
        impl<A: Aggregate $($generics)*> UpdateSet for $list {
            type Aggregates = Vec<A>;
            type Lent<'a> = &'a mut [A];

            fn streams(&self) -> Vec<StreamId> {
                self.iter().map(|id| stream_of(*id)).collect()
            }

            fn load<'a>(
                &'a self,
                store: &'a dyn EventStore,
                places: &'a mut IterMut<'_, Place<'_>>,
            ) -> BoxFuture<'a, Result<Vec<A>, LoadError>> {
                Box::pin(async move {
                    let mut loaded = Vec::with_capacity(self.len());
                    for id in self.iter() {
                        loaded.push(get_in_turn(store, places.next(), *id, OnUnknown::Error).await?);
                    }
                    Ok(loaded)
                })
            }

            fn load_before<'a>(
                &'a self,
                store: &'a dyn EventStore,
                repeated: &'a Repeated<'_>,
            ) -> BoxFuture<'a, Result<Vec<A>, SaveError>> {
                Box::pin(async move {
                    let mut loaded = Vec::with_capacity(self.len());
                    for id in self.iter() {
                        loaded.push(repeated.before(store, *id, OnUnknown::Error).await?);
                    }
                    Ok(loaded)
                })
            }

            fn check_left(&self, mark: Mark, left: &Vec<A>) -> Result<(), SaveError> {
                self.iter().zip(left).try_for_each(|(id, left)| check_same(*id, mark, left))
            }

            fn hand_on(aggregates: Vec<A>, places: &mut dyn Iterator<Item = Place<'_>>) {
                for (aggregate, place) in aggregates.into_iter().zip(places) {
                    hand_on(place, aggregate, OnUnknown::Error);
                }
            }

            fn lend(aggregates: &mut Vec<A>) -> &mut [A] {
                aggregates
            }

            fn members(aggregates: &mut Vec<A>) -> Vec<&mut dyn Member> {
                aggregates.iter_mut().map(|aggregate| -> &mut dyn Member { aggregate }).collect()
            }
        }
    )*};
}

lists! {
    () Vec<Id<A>>;
    () &Vec<Id<A>>;
    () &[Id<A>];
    (, const N: usize) [Id<A>; N];
    (, const N: usize) &[Id<A>; N];
}
