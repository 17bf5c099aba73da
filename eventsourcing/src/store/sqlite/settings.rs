//! The settings of a store, as plain data: everything that opens, reads or writes a file may look at them.

use std::time::Duration;

/// What an acknowledged commit survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// The end of the process and of the machine: the commit is on the disk before it is acknowledged.
    #[default]
    Full,
    /// The end of the process. When the machine loses power, the last commits may be lost: whole commits, from the end only.
    Normal,
}

/// The settings of a store; `SqliteBuilder` says what each is for.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) durability: Durability,
    pub(crate) busy_deadline: Duration,
    pub(crate) poll_interval: Duration,
    pub(crate) accept_loss: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            durability: Durability::Full,
            busy_deadline: BUSY_DEADLINE,
            poll_interval: Duration::from_millis(50),
            accept_loss: false,
        }
    }
}

/// The busy deadline unless one is set.
pub(crate) const BUSY_DEADLINE: Duration = Duration::from_secs(10);
