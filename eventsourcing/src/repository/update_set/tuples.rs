//! Aggregates of several types.

use std::slice::IterMut;

use super::UpdateSet;
use crate::aggregate::Mark;
use crate::error::{LoadError, SaveError};
use crate::repository::Member;
use crate::repository::repetition::Repeated;
use crate::store::{BoxFuture, EventStore, Place};
use crate::stream::StreamId;

macro_rules! tuples {
    ($($name:ident $index:tt)*) => {
        #[expect(non_snake_case, reason = "a type's name names its value")]
        impl<$($name: UpdateSet),*> UpdateSet for ($($name,)*) {
            type Aggregates = ($($name::Aggregates,)*);
            type Lent<'a> = ($($name::Lent<'a>,)*);

            fn streams(&self) -> Vec<StreamId> {
                let ($($name,)*) = self;
                let mut streams = Vec::new();
                $(streams.extend($name.streams());)*
                streams
            }

            fn load<'a>(
                &'a self,
                store: &'a dyn EventStore,
                places: &'a mut IterMut<'_, Place<'_>>,
            ) -> BoxFuture<'a, Result<Self::Aggregates, LoadError>> {
                Box::pin(async move {
                    let ($($name,)*) = self;
                    Ok(($($name.load(store, &mut *places).await?,)*))
                })
            }

            fn load_before<'a>(
                &'a self,
                store: &'a dyn EventStore,
                repeated: &'a Repeated<'_>,
            ) -> BoxFuture<'a, Result<Self::Aggregates, SaveError>> {
                Box::pin(async move {
                    let ($($name,)*) = self;
                    Ok(($($name.load_before(store, repeated).await?,)*))
                })
            }

            fn check_left(&self, mark: Mark, left: &Self::Aggregates) -> Result<(), SaveError> {
                $(self.$index.check_left(mark, &left.$index)?;)*
                Ok(())
            }

            fn hand_on(aggregates: Self::Aggregates, places: &mut dyn Iterator<Item = Place<'_>>) {
                let ($($name,)*) = aggregates;
                $($name::hand_on($name, &mut *places);)*
            }

            fn lend(aggregates: &mut Self::Aggregates) -> Self::Lent<'_> {
                let ($($name,)*) = aggregates;
                ($($name::lend($name),)*)
            }

            fn members(aggregates: &mut Self::Aggregates) -> Vec<&mut dyn Member> {
                let ($($name,)*) = aggregates;
                let mut members = Vec::new();
                $(members.extend($name::members($name));)*
                members
            }
        }
    };
}

tuples!(A 0);
tuples!(A 0 B 1);
tuples!(A 0 B 1 C 2);
tuples!(A 0 B 1 C 2 D 3);
tuples!(A 0 B 1 C 2 D 3 E 4);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
tuples!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
