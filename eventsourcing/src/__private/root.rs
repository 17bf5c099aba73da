//! What may be assigned to in the body of an event: any field but the root. A function of `Root` itself stands before one of a trait, and its bound
//! never holds.

use crate::aggregate::Root;

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
