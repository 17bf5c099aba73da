//! What an event can hold.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A type that is stored as part of an event. Of one that is not `Send` and `Sync`, rustc says so in its own words, whatever stands here: it always
/// reports the innermost type that is not, by that trait.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in an event: it cannot be stored",
    label = "`{Self}` has no form in which it is stored",
    note = "an event is stored by serde: write `#[derive(serde::Serialize, serde::Deserialize)]` on the types in it, or turn on the `serde` feature \
            of the crate that they are of"
)]
pub trait EventField: Serialize + DeserializeOwned + Send + Sync {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Send + Sync> EventField for T {}

/// The same, asked of a type that is named through a trait, as `<T as ToOwned>::Owned`. It does not imply what serde has for the type: beside a bound
/// of the type itself, rustc could not choose between the two.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in an event: it cannot be stored",
    label = "`{Self}` has no form in which it is stored",
    note = "an event is stored by serde: write `#[derive(serde::Serialize, serde::Deserialize)]` on the types in it, or turn on the `serde` feature \
            of the crate that they are of"
)]
pub trait ProjectedEventField {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> ProjectedEventField for T {}
