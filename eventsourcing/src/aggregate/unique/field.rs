//! A unique field, and the name of the streams of its claims.
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str;

use uuid::Uuid;

use crate::aggregate::Aggregate;
use crate::aggregate::unique::names::{LONGEST, is_same, kind_of};
use crate::stream::StreamId;

/// The namespace of the ids of claims; a constant of the stored format.
const VALUES: Uuid = Uuid::from_u128(0x0e7d_5b3a_c1f4_5c29_9a66_2f8b_71d0_4c93);

/// A field whose values are unique among the aggregates of one kind: an item of [`Aggregate::UNIQUE`].
///
/// `#[aggregate(unique)]` on the field writes it. By hand:
///
/// ```
/// # use eventsourcing::{Apply, RootAccess, prelude::*};
/// use eventsourcing::unique::{Unique, UniqueField, UniqueType as _};
///
/// # #[event] pub enum CustomerEvent { Registered { email: String } }
/// pub struct Customer {
///     root: Root<Self>,
///     email: String,
/// }
///
/// impl Customer {
///     pub const EMAIL: UniqueField<Self, String> = UniqueField::named("email");
/// }
/// # impl Apply for Customer {
/// #     type Event = CustomerEvent;
/// #     fn create(CustomerEvent::Registered { email }: CustomerEvent) -> Option<Self> { Some(Self { root: Root::new(), email }) }
/// #     fn apply(&mut self, _: CustomerEvent) {}
/// # }
///
/// impl Aggregate for Customer {
///     const NAME: &'static str = "customer";
///     const UNIQUE: &'static [Unique<Self>] = &[Unique::new("email", |customer| customer.email.claimed())];
///
///     fn root(&self) -> &Root<Self> {
///         &self.root
///     }
///
///     fn root_mut(&mut self, _: RootAccess<Self>) -> &mut Root<Self> {
///         &mut self.root
///     }
/// }
/// # let customers = Repository::<Customer>::new(MemoryStore::new()).blocking();
/// # let mut alice = Root::begin(CustomerEvent::Registered { email: "alice".into() }, |customer: &mut Customer| &mut customer.root)?;
/// # customers.save(&mut alice)?;
/// # assert_eq!(customers.find_by(Customer::EMAIL, "alice")?.map(|found| found.id()), Some(alice.id()));
/// # Ok::<(), eventsourcing::Error>(())
/// ```
pub struct Unique<A> {
    name: &'static str,
    text: Text<A>,
    /// The name of the streams of its claims, and how long it is.
    kind: [u8; LONGEST],
    kind_len: usize,
}

/// What the value of an aggregate is compared by.
type Text<A> = fn(&A) -> Option<Cow<'_, str>>;

impl<A: Aggregate> Unique<A> {
    /// The field of this stored name, and what its value is [claimed](super::UniqueType::claimed) by. The name is data: the claims on its values are
    /// found by it.
    ///
    /// # Panics
    ///
    /// When the compiler runs it, if the name is empty, has a `.`, a `~` or a control character, or is longer than 254 bytes together with that of the
    /// aggregate.
    #[must_use]
    pub const fn new(name: &'static str, text: fn(&A) -> Option<Cow<'_, str>>) -> Self {
        let (kind, kind_len) = kind_of(A::NAME, name);
        Self { name, text, kind, kind_len }
    }

    /// The text of its value, if there is one.
    pub(crate) fn text<'a>(&self, aggregate: &'a A) -> Option<Cow<'a, str>> {
        (self.text)(aggregate)
    }
}

impl<A> Unique<A> {
    /// Its stored name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The name of the streams of its claims: that of the aggregate, a `.`, and its own.
    pub(crate) fn kind(&'static self) -> &'static str {
        // It was made of two texts.
        self.kind.get(..self.kind_len).and_then(|kind| str::from_utf8(kind).ok()).unwrap_or_default()
    }

    /// The stream of the claims on the value of this text.
    pub(crate) fn claim(&'static self, text: &str) -> StreamId {
        StreamId::new(self.kind(), Uuid::new_v5(&VALUES, text.as_bytes()))
    }
}

impl<A> fmt::Debug for Unique<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Unique").field(&self.name).finish()
    }
}

/// A unique field of type `T`, for [`find_by`](crate::Repository::find_by); `#[aggregate(unique)]` makes a constant for each.
pub struct UniqueField<A: 'static, T> {
    of: &'static Unique<A>,
    ty: PhantomData<fn(T)>,
}

impl<A: Aggregate, T> UniqueField<A, T> {
    /// The field of this stored name.
    ///
    /// # Panics
    ///
    /// When the compiler runs it, if no field in [`Aggregate::UNIQUE`] has the name.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "`const` has no iterators; the compiler runs this")]
    pub const fn named(name: &'static str) -> Self {
        let mut at = 0;
        while at < A::UNIQUE.len() {
            if is_same(A::UNIQUE[at].name, name) {
                return Self { of: &A::UNIQUE[at], ty: PhantomData };
            }
            at += 1;
        }
        Self::no_field_has_this_name()
    }

    #[track_caller]
    #[expect(clippy::panic, reason = "the compiler runs it")]
    const fn no_field_has_this_name() -> Self {
        panic!("no field in `Aggregate::UNIQUE` has this name")
    }

    pub(crate) const fn unique(self) -> &'static Unique<A> {
        self.of
    }
}

// Written out, because a derive would ask the same of `A` and `T`.
impl<A, T> Clone for UniqueField<A, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A, T> Copy for UniqueField<A, T> {}

impl<A, T> fmt::Debug for UniqueField<A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UniqueField").field(&self.of.name).finish()
    }
}
