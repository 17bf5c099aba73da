//! An aggregate that may not be there yet.

use std::fmt;
use std::slice::IterMut;

use super::UpdateSet;
use crate::aggregate::{Aggregate, Id, Mark, stream_of};
use crate::error::{LoadError, SaveError};
use crate::log::OnUnknown;
use crate::repository::pipeline::{check_same, get_in_turn, hand_on};
use crate::repository::repetition::Repeated;
use crate::repository::{Member, Note, load};
use crate::store::{BoxFuture, EventStore, Place};
use crate::stream::{StreamId, Version};

/// The id of an aggregate that may not be there yet, among those that [`Application::update`](crate::Application::update) updates together.
///
/// The command is given `&mut Option<A>`: `None` if there is none, or it was discarded. It creates the aggregate by putting it there, under this id. If
/// another creates it meanwhile, the command runs again and finds it; and if the command leaves `None`, there is still none when the others
/// are stored.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] pub struct Account { root: Root<Self>, balance: i64 }
/// # #[events] impl Account { #[event(Opened)] pub fn open(owner: &str) -> Self { Self { root: Root::named(owner), balance: 0 } }
/// #     #[event(Moved)] pub fn move_money(&mut self, amount: i64) { self.balance += amount; } }
/// # #[derive(Application)] pub struct Bank { pub accounts: Repository<Account> }
/// use eventsourcing::repository::Optional;
///
/// # pollster::block_on(async {
/// # let bank = Bank::new(MemoryStore::new());
/// # let mut from = Account::open("alice");
/// # bank.commit(&mut from).await?;
/// # let from = from.id();
/// for _ in 0..2 {
///     bank.update((from, Optional(Id::named("bob"))), |(from, to)| {
///         from.move_money(-5);
///         to.get_or_insert_with(|| Account::open("bob")).move_money(5);
///     })
///     .await?;
/// }
/// assert_eq!(bank.accounts.get(Id::named("bob")).await?.balance, 10);
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[expect(clippy::exhaustive_structs, reason = "it is written around an id")]
pub struct Optional<A>(pub Id<A>);

impl<A> Clone for Optional<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Optional<A> {}

impl<A> fmt::Debug for Optional<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Optional").field(&self.0).finish()
    }
}

/// An aggregate if there is one, and that there is none if there is none.
#[derive(Debug)]
pub struct Found<A> {
    aggregate: Option<A>,
    absent: Note,
    was_there: bool,
}

impl<A: Aggregate> Found<A> {
    fn new(id: Id<A>, aggregate: Option<A>) -> Self {
        let (ended, is_there) = match &aggregate {
            Some(aggregate) => (aggregate.root().stored().version, !aggregate.root().is_discarded()),
            None => (Version::default(), false),
        };
        let absent = Note::version(stream_of(id), ended);
        Self { aggregate: aggregate.filter(|_| is_there), absent, was_there: is_there }
    }
}

impl<A: Aggregate> UpdateSet for Optional<A> {
    type Aggregates = Found<A>;
    type Lent<'a> = &'a mut Option<A>;

    fn streams(&self) -> Vec<StreamId> {
        vec![stream_of(self.0)]
    }

    fn load<'a>(
        &'a self,
        store: &'a dyn EventStore,
        places: &'a mut IterMut<'_, Place<'_>>,
    ) -> BoxFuture<'a, Result<Found<A>, LoadError>> {
        Box::pin(async move {
            let found = match get_in_turn(store, places.next(), self.0, OnUnknown::Error).await {
                Err(LoadError::NotFound { .. }) => load(store, self.0, Version::MAX, OnUnknown::Error).await?,
                found => Some(found?),
            };
            Ok(Found::new(self.0, found))
        })
    }

    fn load_before<'a>(
        &'a self,
        store: &'a dyn EventStore,
        repeated: &'a Repeated<'_>,
    ) -> BoxFuture<'a, Result<Found<A>, SaveError>> {
        Box::pin(async move {
            let before = repeated.find_before(store, self.0, OnUnknown::Error).await?;
            Ok(Found::new(self.0, before))
        })
    }

    fn check_left(&self, mark: Mark, left: &Found<A>) -> Result<(), SaveError> {
        let stream = stream_of(self.0);
        match &left.aggregate {
            Some(new) if !left.was_there && new.id() == self.0 && new.root().stored().version == 0 => Ok(()),
            Some(aggregate) => check_same(self.0, mark, aggregate),
            None if left.was_there => Err(SaveError::OtherAggregate { returned: stream.clone().into(), stream }),
            None => Ok(()),
        }
    }

    fn hand_on(found: Found<A>, places: &mut dyn Iterator<Item = Place<'_>>) {
        if let (Some(place), Some(aggregate)) = (places.next(), found.aggregate) {
            hand_on(place, aggregate, OnUnknown::Error);
        }
    }

    fn lend(found: &mut Found<A>) -> &mut Option<A> {
        &mut found.aggregate
    }

    fn members(found: &mut Found<A>) -> Vec<&mut dyn Member> {
        match &mut found.aggregate {
            Some(aggregate) => vec![aggregate],
            None => vec![&mut found.absent],
        }
    }
}
