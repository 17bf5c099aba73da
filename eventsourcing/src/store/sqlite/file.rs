//! Opening a file: what it is, what opening it takes, and the connection to it.

pub(crate) mod connect;
pub(crate) mod content;
pub(crate) mod inspect;
pub(crate) mod look;
pub(crate) mod migrate;
pub(crate) mod open;
pub(crate) mod path;
pub(crate) mod surroundings;
