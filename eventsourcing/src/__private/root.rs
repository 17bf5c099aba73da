//! Questions about the type of a field: whether it is the root.

use crate::aggregate::Root;

/// The type of the field that holds the root of an `A`.
#[diagnostic::on_unimplemented(
    message = "the root of this aggregate is of type `{Self}`",
    label = "not `Root<Self>`",
    note = "write a field `root: Root<Self>`, with the `Root` of the `eventsourcing` crate; a field of another type may have any other name",
    note = "the root of another name is marked `#[aggregate(root)]`"
)]
pub trait RootField<A> {
    fn get(&self) -> &Root<A>;

    fn get_mut(&mut self) -> &mut Root<A>;
}

#[diagnostic::do_not_recommend]
impl<A> RootField<A> for Root<A> {
    #[inline]
    fn get(&self) -> &Self {
        self
    }

    #[inline]
    fn get_mut(&mut self) -> &mut Self {
        self
    }
}

// What may be assigned to in the body of an event: any field but the root. A function of `Root` itself stands before one of a trait, and its bound
// never holds.

#[diagnostic::on_unimplemented(
    message = "an event that takes `&mut self` leaves the root alone",
    label = "the root: with another, the aggregate would be another, and its pending events lost",
    note = "replace the other fields, as in `*self = Self {{ balance: 0, ..self.clone() }}`"
)]
pub trait Replaceable {}

impl<A> Root<A> {
    #[doc(hidden)]
    pub const fn only_a_field_that_is_not_the_root_is_replaced(&self)
    where
        Self: Replaceable,
    {
    }
}

pub trait NotTheRoot {
    fn only_a_field_that_is_not_the_root_is_replaced(&self) {}
}

impl<T: ?Sized> NotTheRoot for T {}
