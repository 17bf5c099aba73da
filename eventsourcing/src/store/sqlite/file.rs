//! A file as a whole: opened, migrated, verified, copied.

pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod connect;
pub(crate) mod content;
pub(crate) mod finding;
pub(crate) mod inspect;
pub(crate) mod look;
pub(crate) mod migrate;
pub(crate) mod new_copy;
pub(crate) mod open;
pub(crate) mod path;
pub(crate) mod placeholder;
pub(crate) mod restore;
pub(crate) mod salvage;
pub(crate) mod scan;
pub(crate) mod surroundings;
pub(crate) mod verify;
