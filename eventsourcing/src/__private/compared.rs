//! Whether two values differ, as far as their type can tell: a function of `Compared` itself, where its bounds hold, stands before one of a trait.

use std::marker::PhantomData;

use crate::aggregate::differ;

#[derive(Debug)]
pub struct Compared<T: ?Sized>(PhantomData<T>);

impl<T: PartialEq + ?Sized> Compared<T> {
    pub const DIFFER: Option<fn(&T, &T) -> bool> = Some(differ);

    /// Whether they differ; of a value that is not equal to itself, as a number that is not one, that cannot be said.
    #[must_use]
    pub fn differ(written: &T, read: &T) -> bool {
        differ(written, read)
    }
}

pub trait NotCompared<T: ?Sized> {
    const DIFFER: Option<fn(&T, &T) -> bool> = None;

    #[must_use]
    fn differ(_: &T, _: &T) -> bool {
        false
    }
}

impl<T: ?Sized> NotCompared<T> for Compared<T> {}
