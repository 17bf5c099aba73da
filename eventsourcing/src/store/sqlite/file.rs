//! A file as a whole: opened, migrated, looked through, copied.

pub(crate) mod backup;
pub(crate) mod check;
mod finding;
pub(crate) mod migrate;
pub(crate) mod open;
pub(crate) mod salvage;
pub(crate) mod verify;
