//! How roots are copied, shown, compared and serialized. Written out, because a derive would ask the same of `A`.

use std::fmt;
use std::marker::PhantomData;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::Root;

impl<A> Clone for Root<A> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), aggregate: PhantomData }
    }
}

impl<A> fmt::Debug for Root<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Root")
            .field("id", &self.id())
            .field("version", &self.version())
            .field("pending", &self.state.pending_len())
            .finish_non_exhaustive()
    }
}

impl<A> PartialEq for Root<A> {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id() && self.version() == other.version()
    }
}

impl<A> Eq for Root<A> {}

/// As `id` and `version`: under `#[serde(flatten)]` they stand beside the fields of an aggregate that is sent to others, none of
/// which has one of these names then.
///
/// ```
/// use eventsourcing::prelude::*;
///
/// #[derive(Aggregate, serde::Serialize)]
/// pub struct Account {
///     #[serde(flatten)]
///     root: Root<Self>,
///     balance: i64,
/// }
///
/// #[events]
/// impl Account {
///     #[event(Opened)]
///     pub fn open(id: Id<Self>) -> Self {
///         Self { root: Root::with_id(id), balance: 0 }
///     }
/// }
///
/// let account = Account::open(Id::named("1234"));
/// let json = serde_json::json!({ "id": account.id(), "version": 1, "balance": 0 });
/// assert_eq!(serde_json::to_value(&account)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
impl<A> Serialize for Root<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Root", 2)?;
        object.serialize_field("id", &self.id())?;
        object.serialize_field("version", &self.version())?;
        object.end()
    }
}
