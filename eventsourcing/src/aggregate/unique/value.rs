//! Values that can be unique, and what they are compared by.

use std::borrow::Cow;
use std::sync::Arc;

use uuid::Uuid;

use crate::aggregate::Id;

/// A value that can be unique among the aggregates of one kind. Two values are the same if their texts are, byte for byte: what is to be the same in
/// upper and lower case, say, is written in one of them here, or in the field.
///
/// It is implemented for text, integers, `bool`, `char`, [`Uuid`] and [`Id`]. For a type of your own:
///
/// ```
/// use std::borrow::Cow;
///
/// use eventsourcing::unique::UniqueValue;
///
/// /// Compared without regard to case.
/// struct Email(String);
///
/// impl UniqueValue for Email {
///     fn unique_text(&self) -> Cow<'_, str> {
///         self.0.to_lowercase().into()
///     }
/// }
/// ```
///
/// Claims are found by the text: what it is of a value must not change once claims are stored.
#[diagnostic::on_unimplemented(
    message = "a value of type `{Self}` cannot be unique",
    label = "cannot be the type of a unique value",
    note = "text, integers, `bool`, `char`, UUIDs, ids and options of these can be unique; for a type of your own, write `impl UniqueValue`"
)]
pub trait UniqueValue {
    /// The text by which it is compared.
    fn unique_text(&self) -> Cow<'_, str>;
}

/// The type of a unique field: of a [`UniqueValue`], or of an option of one. `None` claims nothing, so any number of aggregates may have none.
#[diagnostic::on_unimplemented(
    message = "the values of a field of type `{Self}` cannot be unique",
    label = "no type of a unique field",
    note = "text, integers, `bool`, `char`, UUIDs, ids and options of these can be unique; for a type of your own, write `impl UniqueValue`"
)]
pub trait UniqueType {
    /// What is looked for.
    type Value: UniqueValue;

    /// The text that the value of the field is claimed by, if it claims any.
    fn claimed(&self) -> Option<Cow<'_, str>>;
}

#[diagnostic::do_not_recommend]
impl<T: UniqueValue> UniqueType for T {
    type Value = T;

    fn claimed(&self) -> Option<Cow<'_, str>> {
        Some(self.unique_text())
    }
}

#[diagnostic::do_not_recommend]
impl<T: UniqueValue> UniqueType for Option<T> {
    type Value = T;

    fn claimed(&self) -> Option<Cow<'_, str>> {
        self.as_ref().map(T::unique_text)
    }
}

macro_rules! text {
    ($($ty:ty)*) => {$(
        impl UniqueValue for $ty {
            fn unique_text(&self) -> Cow<'_, str> {
                Cow::Borrowed(self)
            }
        }
    )*};
}

text!(String Box<str> Arc<str> Cow<'_, str>);

macro_rules! printed {
    ($($ty:ty)*) => {$(
        /// What it prints.
        impl UniqueValue for $ty {
            fn unique_text(&self) -> Cow<'_, str> {
                self.to_string().into()
            }
        }
    )*};
}

printed!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize bool char Uuid);

/// What it prints.
impl<A> UniqueValue for Id<A> {
    fn unique_text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}
