//! Fields whose values are unique among the aggregates of one kind: what such a field is, and what its values are compared by.

mod field;
mod held;
mod names;
mod value;

pub use self::field::{Unique, UniqueField};
pub(crate) use self::held::Held;
pub(crate) use self::names::{assert_of_user, is_claim, is_of_framework};
pub use self::value::{UniqueType, UniqueValue};
