//! The ids of several aggregates that are updated together.

mod lists;
mod optional;
mod tuples;

use std::slice::IterMut;

pub use self::optional::Optional;
use crate::aggregate::{Aggregate, Id, Mark, stream_of};
use crate::error::{LoadError, SaveError};
use crate::log::OnUnknown;
use crate::repository::Member;
use crate::repository::pipeline::{check_same, get_in_turn, hand_on};
use crate::repository::repetition::Repeated;
use crate::store::{BoxFuture, EventStore, Place};
use crate::stream::StreamId;

/// The aggregates to be updated together: a tuple of up to eight, each an id, any number of ids of one type, or an [`Optional`] that may not
/// be there yet.
///
/// | in the tuple | what the command is given |
/// |---|---|
/// | `Id<A>` | `&mut A` |
/// | `Vec<Id<A>>`, `&[Id<A>]`, `[Id<A>; N]` | `&mut [A]`, in the order of the ids |
/// | [`Optional<A>`](Optional) | `&mut Option<A>` |
/// | another tuple | a tuple |
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] pub struct Cart { root: Root<Self>, pieces: u32 }
/// # #[events] impl Cart { #[event(Filled)] pub fn fill(pieces: u32) -> Self { Self { root: Root::new(), pieces } }
/// #     #[event(Emptied)] pub fn empty(&mut self) { self.pieces = 0; } }
/// # #[derive(Aggregate)] pub struct Product { root: Root<Self>, stock: u32 }
/// # #[events] impl Product { #[event(Offered)] pub fn offer(stock: u32) -> Self { Self { root: Root::new(), stock } }
/// #     #[event(Taken)] pub fn take(&mut self) { self.stock -= 1; } }
/// # #[derive(Aggregate)] pub struct Order { root: Root<Self> }
/// # #[events] impl Order { #[event(Placed)] pub fn place(id: Id<Order>) -> Self { Self { root: Root::with_id(id) } } }
/// # #[derive(Application)] pub struct Shop {
/// #     pub carts: Repository<Cart>, pub products: Repository<Product>, pub orders: Repository<Order>,
/// # }
/// use eventsourcing::repository::Optional;
///
/// # pollster::block_on(async {
/// # let shop = Shop::new(MemoryStore::new());
/// # let (mut cart, mut products) = (Cart::fill(2), [Product::offer(3), Product::offer(1)]);
/// # shop.commit((&mut cart, &mut products)).await?;
/// # let (cart, products, order) = (cart.id(), products.each_ref().map(|product| product.id()).to_vec(), Id::<Order>::new());
/// // The cart, its products and an order that is created: in one commit.
/// shop.update((cart, &*products, Optional(order)), |(cart, products, placed)| {
///     cart.empty();
///     products.iter_mut().for_each(|product| product.take());
///     *placed = Some(Order::place(order));
/// })
/// .await?;
/// assert!(shop.orders.contains(order).await?);
/// assert_eq!(shop.products.get(products[1]).await?.stock, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name aggregates to be updated together",
    label = "not ids of aggregates",
    note = "give a tuple of up to eight: of an `id`, of any number of one type (`Vec<Id<_>>`, `&[Id<_>]`), or of `Optional(id)` for one that may \
            not be there yet"
)]
pub trait UpdateSet: Send + Sync {
    /// The aggregates, in the order of the ids.
    type Aggregates: Send;
    /// What a command is given of them.
    type Lent<'a>;

    /// Their streams, in the order of the ids.
    #[doc(hidden)]
    fn streams(&self) -> Vec<StreamId>;

    /// Loads them, for a caller that holds their turns; or has none of them, if there are no places.
    #[doc(hidden)]
    fn load<'a>(
        &'a self,
        store: &'a dyn EventStore,
        places: &'a mut IterMut<'_, Place<'_>>,
    ) -> BoxFuture<'a, Result<Self::Aggregates, LoadError>>;

    /// Loads them as they were before a commit that is stored.
    #[doc(hidden)]
    fn load_before<'a>(
        &'a self,
        store: &'a dyn EventStore,
        repeated: &'a Repeated<'_>,
    ) -> BoxFuture<'a, Result<Self::Aggregates, SaveError>>;

    /// What a command left is to be the aggregates that it was given, each in its place: their turns are handed on with them.
    #[doc(hidden)]
    fn check_left(&self, mark: Mark, left: &Self::Aggregates) -> Result<(), SaveError>;

    /// Hands their turns on with them, once they are stored.
    #[doc(hidden)]
    fn hand_on(aggregates: Self::Aggregates, places: &mut dyn Iterator<Item = Place<'_>>);

    /// Lends them to a command.
    #[doc(hidden)]
    fn lend(aggregates: &mut Self::Aggregates) -> Self::Lent<'_>;

    /// Lends them to a commit.
    #[doc(hidden)]
    fn members(aggregates: &mut Self::Aggregates) -> Vec<&mut dyn Member>;
}

impl<A: Aggregate> UpdateSet for Id<A> {
    type Aggregates = A;
    type Lent<'a> = &'a mut A;

    fn streams(&self) -> Vec<StreamId> {
        vec![stream_of(*self)]
    }

    fn load<'a>(
        &'a self,
        store: &'a dyn EventStore,
        places: &'a mut IterMut<'_, Place<'_>>,
    ) -> BoxFuture<'a, Result<A, LoadError>> {
        Box::pin(get_in_turn(store, places.next(), *self, OnUnknown::Error))
    }

    fn load_before<'a>(
        &'a self,
        store: &'a dyn EventStore,
        repeated: &'a Repeated<'_>,
    ) -> BoxFuture<'a, Result<A, SaveError>> {
        Box::pin(repeated.before(store, *self, OnUnknown::Error))
    }

    fn check_left(&self, mark: Mark, left: &A) -> Result<(), SaveError> {
        check_same(*self, mark, left)
    }

    fn hand_on(aggregate: A, places: &mut dyn Iterator<Item = Place<'_>>) {
        if let Some(place) = places.next() {
            hand_on(place, aggregate, OnUnknown::Error);
        }
    }

    fn lend(aggregate: &mut A) -> &mut A {
        aggregate
    }

    fn members(aggregate: &mut A) -> Vec<&mut dyn Member> {
        vec![aggregate]
    }
}
