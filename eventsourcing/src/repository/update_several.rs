//! Updating several aggregates: loading, deciding and saving all of them in one commit.

use crate::aggregate::{Aggregate, Id, stream_of};
use crate::error::{LoadError, UpdateError};
use crate::event::Unknown;
use crate::repository::{CommandOutput, CommitOptions, Member, Sent, TRIES, Tries, get};
use crate::store::{BoxFuture, EventStore};
use crate::stream::StreamId;

/// The ids of several aggregates to be updated together: a tuple of two to eight.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name several aggregates",
    label = "not a tuple of ids",
    note = "give a tuple `(id, other_id)` of up to eight ids; one aggregate is updated by `update` of its repository"
)]
pub trait Ids: Copy + Send + Sync {
    /// The aggregates, in the order of the ids.
    type Aggregates: Send;
    /// What a command is given of them: a tuple of `&mut` of each.
    type Lent<'a>;

    /// Loads them.
    #[doc(hidden)]
    fn load(self, store: &dyn EventStore) -> BoxFuture<'_, Result<Self::Aggregates, LoadError>>;

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
        impl<$($name: Aggregate),*> Ids for ($(Id<$name>,)*) {
            type Aggregates = ($($name,)*);
            type Lent<'a> = ($(&'a mut $name,)*);

            fn load(self, store: &dyn EventStore) -> BoxFuture<'_, Result<Self::Aggregates, LoadError>> {
                Box::pin(async move {
                    let ($($name,)*) = self;
                    check_distinct(&[$(stream_of($name)),*])?;
                    Ok(($(get(store, $name, Unknown::Refuse).await?,)*))
                })
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

/// Loads, decides and saves until it is saved or the tries are spent.
pub(crate) async fn update_several<I: Ids, R: CommandOutput>(
    store: &dyn EventStore,
    ids: I,
    mut command: impl FnMut(I::Lent<'_>) -> R,
) -> Result<R::Value, UpdateError<R::Error>> {
    let (mut tries, options) = (Tries::new(TRIES), CommitOptions::new());
    let mut in_doubt: Option<(I::Aggregates, R::Value)> = None;
    loop {
        let (mut aggregates, value) = if let Some(decided) = in_doubt.take() {
            decided
        } else {
            let mut aggregates = ids.load(store).await.map_err(UpdateError::Load)?;
            let value = command(I::lend(&mut aggregates)).into_result().map_err(UpdateError::Rejected)?;
            (aggregates, value)
        };
        match tries.send(store, &options, &mut I::members(&mut aggregates)).await {
            Sent::Done(_) => return Ok(value),
            Sent::InDoubt => in_doubt = Some((aggregates, value)),
            Sent::Outdated => {}
            Sent::Spent(conflict) => return Err(UpdateError::Conflict(conflict)),
            Sent::Failed(error) => return Err(UpdateError::Save(error)),
        }
    }
}
