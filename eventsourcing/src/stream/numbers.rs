//! The two numbers of an event: its version in its stream, its position in the store. Each is a type of its own, so that one is never passed
//! for the other; a plain number is taken for either.

use std::fmt;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What both numbers can do.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The greatest one.
            pub const MAX: Self = Self(u64::MAX);

            /// From a plain number.
            #[must_use]
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// As a plain number.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }

            /// The next one; the greatest has none and stays.
            #[must_use]
            pub const fn next(self) -> Self {
                self.saturating_add(1)
            }

            /// The one before; 0 has none and stays.
            #[must_use]
            pub const fn previous(self) -> Self {
                self.saturating_sub(1)
            }

            /// So many further, or the greatest.
            #[must_use]
            pub const fn saturating_add(self, number: u64) -> Self {
                Self(self.0.saturating_add(number))
            }

            /// So many back, or 0.
            #[must_use]
            pub const fn saturating_sub(self, number: u64) -> Self {
                Self(self.0.saturating_sub(number))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number)
            }
        }

        impl From<$name> for u64 {
            fn from(number: $name) -> Self {
                number.0
            }
        }

        impl PartialEq<u64> for $name {
            fn eq(&self, other: &u64) -> bool {
                self.0 == *other
            }
        }

        impl PartialOrd<u64> for $name {
            fn partial_cmp(&self, other: &u64) -> Option<std::cmp::Ordering> {
                self.0.partial_cmp(other)
            }
        }

        /// So many further; it overflows as a plain number does.
        impl Add<u64> for $name {
            type Output = Self;

            fn add(self, number: u64) -> Self {
                Self(self.0 + number)
            }
        }

        impl AddAssign<u64> for $name {
            fn add_assign(&mut self, number: u64) {
                self.0 += number;
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                u64::deserialize(deserializer).map(Self)
            }
        }
    };
}

number! {
    /// An event's place in its stream, counted from 1; the version of an aggregate is that of its last event, and 0 is
    /// an aggregate that has none yet.
    ///
    /// It compares with a plain number, and a function that takes one takes a plain number too. It is not a [`Position`]:
    ///
    /// ```
    /// use eventsourcing::Version;
    /// use eventsourcing::store::StreamRead;
    /// # let account = eventsourcing::StreamId::new("Account", uuid::Uuid::nil());
    ///
    /// let read = StreamRead::new(account).versions(3..);
    /// assert_eq!(read.from, 3);
    /// assert_eq!(read.from.next(), Version::new(4));
    /// ```
    ///
    /// ```compile_fail,E0277
    /// use eventsourcing::Position;
    /// use eventsourcing::store::StreamRead;
    /// # let account = eventsourcing::StreamId::new("Account", uuid::Uuid::nil());
    ///
    /// let read = StreamRead::new(account).versions(Position::new(3)..);
    /// ```
    Version
}

number! {
    /// An event's place in the whole store, from 1, in the order of the commits; 0 is the place before the first event. In most stores,
    /// those of this crate among them, it counts the events without gaps.
    ///
    /// It compares with a plain number, and a function that takes one takes a plain number too. It is not a [`Version`]:
    ///
    /// ```
    /// use eventsourcing::Position;
    /// use eventsourcing::store::LogRead;
    ///
    /// let read = LogRead::after(17);
    /// assert_eq!(read.after, Position::new(17));
    /// assert!(read.after < 18);
    /// ```
    ///
    /// ```compile_fail,E0277
    /// use eventsourcing::Version;
    /// use eventsourcing::store::LogRead;
    ///
    /// let read = LogRead::after(Version::new(17));
    /// ```
    Position
}

#[cfg(test)]
mod tests;
