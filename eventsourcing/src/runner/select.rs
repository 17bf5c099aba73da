//! The first of two futures.

pub(crate) use crate::store::{First, select};
