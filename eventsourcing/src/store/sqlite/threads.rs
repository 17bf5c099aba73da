//! The threads of a store, and how an answer comes back from one.

pub(crate) mod answer;
#[cfg_attr(not(target_os = "linux"), path = "threads/no_bell.rs")]
pub(crate) mod bell;
pub(crate) mod page;
pub(crate) mod workers;
