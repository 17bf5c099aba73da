//! The typed id of an aggregate.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::aggregate::Aggregate;
use crate::error::ParseIdError;
use crate::schema::{Schema, Type};
use crate::stream::{StreamId, new_uuid};

/// Names one aggregate of type `A`: a UUID that cannot be mistaken for that of another type.
///
/// ```compile_fail
/// # use eventsourcing::Id;
/// # struct Account; struct Customer;
/// let customer: Id<Customer> = Id::new();
/// let account: Id<Account> = customer; // mismatched types
/// ```
///
/// It prints, parses and serialises as the plain UUID:
///
/// ```
/// # use eventsourcing::Id;
/// # struct Account;
/// let id: Id<Account> = Id::new();
/// assert_eq!(id.to_string().parse(), Ok(id));
/// ```
pub struct Id<A> {
    uuid: Uuid,
    aggregate: PhantomData<fn() -> A>,
}

/// The namespace of the namespaces of [`Id::named`]; a constant of the stored format.
const AGGREGATES: Uuid = Uuid::from_u128(0x5d1b_b5a5_34c5_5d8e_8f3a_9f0c_3f5b_6a21);

impl<A> Id<A> {
    /// A new id: a UUID of version 7, so that ids made later sort later.
    #[expect(clippy::new_without_default, reason = "each call gives another value")]
    #[must_use]
    pub fn new() -> Self {
        Self::from(new_uuid())
    }

    pub(crate) const fn of_uuid(uuid: Uuid) -> Self {
        Self { uuid, aggregate: PhantomData }
    }

    /// The id as a UUID.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.uuid
    }
}

impl<A: Aggregate> Id<A> {
    /// The id that belongs to a name: a UUID of version 5, in a namespace of the aggregate's stored
    /// name. The same name finds the same aggregate.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] struct Account { root: Root<Self> }
    /// # #[events] impl Account { #[event(Opened)] fn open() -> Self { Self { root: Root::new() } } }
    /// assert_eq!(Id::<Account>::named("alice@example.org"), Id::named("alice@example.org"));
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Self {
        let namespace = Uuid::new_v5(&AGGREGATES, A::NAME.as_bytes());
        Self::from(Uuid::new_v5(&namespace, name.as_bytes()))
    }
}

/// The id of the aggregate of a stream, whatever its kind.
impl<A> From<&StreamId> for Id<A> {
    fn from(stream: &StreamId) -> Self {
        Self::from(stream.id())
    }
}

impl<A> From<Uuid> for Id<A> {
    fn from(uuid: Uuid) -> Self {
        Self::of_uuid(uuid)
    }
}

impl<A> From<Id<A>> for Uuid {
    fn from(id: Id<A>) -> Self {
        id.uuid
    }
}

impl<A> FromStr for Id<A> {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        Uuid::parse_str(text).map(Self::from).map_err(|_| ParseIdError { text: text.to_owned() })
    }
}

impl<A> fmt::Display for Id<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}

impl<A> fmt::Debug for Id<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.uuid)
    }
}

// Written out, because a derive would ask the same of `A`.
impl<A> Clone for Id<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Id<A> {}

impl<A> PartialEq for Id<A> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}

impl<A> Eq for Id<A> {}

impl<A> PartialOrd for Id<A> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<A> Ord for Id<A> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

impl<A> Hash for Id<A> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl<A> Schema for Id<A> {
    const TYPE: Type = Type::Plain("Uuid");
}

impl<A> Serialize for Id<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.uuid.serialize(serializer)
    }
}

impl<'de, A> Deserialize<'de> for Id<A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from)
    }
}
