//! A file that may be damaged: what is wrong with it, and what is sound of it taken to a new one.

mod check;
pub(crate) mod finding;
pub(crate) mod salvage;
pub(crate) mod scan;
pub(crate) mod verify;
