//! Whether two values differ, as far as their type can tell: a function of `Compared` itself, where its bounds hold, stands before one of a trait.

use std::marker::PhantomData;

#[derive(Debug)]
pub struct Compared<T: ?Sized>(PhantomData<T>);

impl<T: PartialEq + ?Sized> Compared<T> {
    /// Whether they differ; of a value that is not equal to itself, as a number that is not one, that cannot be said.
    #[must_use]
    #[expect(clippy::eq_op, reason = "the question is whether it is equal to itself")]
    pub fn differ(written: &T, read: &T) -> bool {
        written != read && written == written
    }
}

pub trait NotCompared<T: ?Sized> {
    #[must_use]
    fn differ(_: &T, _: &T) -> bool {
        false
    }
}

impl<T: ?Sized> NotCompared<T> for Compared<T> {}
