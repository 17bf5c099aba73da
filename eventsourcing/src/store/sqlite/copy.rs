//! A file copied as a whole, or put back from a copy.

mod backup;
pub(crate) mod new_copy;
mod placeholder;
mod restore;
