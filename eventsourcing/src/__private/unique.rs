//! The value of a unique field.

use std::borrow::Cow;

use crate::aggregate::UniqueType;

/// The text that the value of a field is claimed by, if it claims any.
#[must_use]
pub fn claimed<T: UniqueType>(field: &T) -> Option<Cow<'_, str>> {
    field.claimed()
}
