//! What an event can hold.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A type that is stored as part of an event. Of one that is not `Send` and `Sync`, rustc says so in its own words, whatever stands here: it always
/// reports the innermost type that is not, by that trait.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in an event: it is not `Clone`, or serde cannot store it",
    label = "not `Clone`, or not stored by serde",
    note = "an event is cloned, and stored by serde: write `#[derive(Clone, serde::Serialize, serde::Deserialize)]` on the types in it, or turn on \
            the `serde` feature of the crate that they are of; of what is lent and has no size, take the owned form, such as a `String`"
)]
pub trait EventField: Serialize + DeserializeOwned + Clone + Send + Sync {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Clone + Send + Sync> EventField for T {}

/// The same, asked of a type that is named through a trait, as `<T as ToOwned>::Owned`. It does not imply what serde has for the type: beside a bound
/// of the type itself, rustc could not choose between the two.
pub trait ProjectedEventField: Clone {}

impl<T: EventField> ProjectedEventField for T {}

/// What an event keeps of a borrowed argument: a function of `Lent` itself, where its bounds hold, stands before one of a trait, so that a type without
/// `Clone` or without a size is reported where the event is asked about alone.
#[derive(Debug)]
pub struct Lent<T: ?Sized>(PhantomData<T>);

impl<T: Clone> Lent<T> {
    #[must_use]
    pub fn copied(lent: &T) -> T {
        lent.clone()
    }
}

impl<T: Clone> Lent<[T]> {
    #[must_use]
    pub fn copied(lent: &[T]) -> Vec<T> {
        lent.to_vec()
    }
}

pub trait NotLent<T: ?Sized> {
    #[must_use]
    fn copied<Kept>(_: &T) -> Kept {
        unreachable!("what is in an event is `Clone`")
    }
}

impl<T: ?Sized> NotLent<T> for Lent<T> {}
