//! All errors: one enum for each operation, and the store's own error behind a closed [kind](StoreErrorKind).
//!
//! | operation | error | may hold |
//! |---|---|---|
//! | `get`, `find`, `history`, the log | [`LoadError`] | [`DecodeError`], [`ReadError`] |
//! | `save`, `commit` | [`SaveError`] | [`Conflict`], [`EncodeError`], [`InvalidCommit`], [`StoreError`] |
//! | `update` and its kin | [`UpdateError`] | the command's own, [`LoadError`], [`SaveError`] |
//! | `take_snapshot` | [`SnapshotError`] | [`LoadError`], [`StoreError`] |
//! | `export`, `import` | [`ExportError`], [`ImportError`] | [`LoadError`], [`ImportLineError`] |
//! | views, their runner | [`ViewError`], [`RunError`] | [`StopReason`], [`LoadError`], [`ReadError`], [`StoreError`] |
//! | `settled` | [`SettleError`] | [`ViewError`] |
//! | what a process has parked | [`ProcessError`] | [`ProcessStop`] |
//! | reactions of processes | [`ReactionFault`] | the handler's own, [`LoadError`], [`SaveError`] |
//! | subscriptions | [`SubscriptionError`] | [`LoadError`], [`ReadError`], [`StoreError`] |
//! | opening a file | `OpenError` | [`StoreError`] |
//! | a store's own calls | [`CommitError`], [`ReadError`], [`StoreError`] | |
//!
//! Each becomes an [`Error`] by `?`, for callers that do not ask which operation it was.

mod any;
mod codec;
mod commit;
mod import;
mod load;
mod meaning;
#[cfg(feature = "sqlite")]
mod open;
mod process;
mod save;
mod settle;
#[cfg(test)]
mod size;
mod store;
mod subscription;
mod view;

use std::any::Any;

/// An error of another crate, or of the caller's.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

pub use self::any::Error;
pub use self::codec::{DecodeError, EncodeError};
pub(crate) use self::commit::StoredFirst;
pub use self::commit::{CommitError, Conflict, InvalidCommit};
pub use self::import::{ImportError, ImportLineError};
pub use self::load::{EventLocation, ExportError, LoadError, ReadError, SnapshotError};
#[cfg(feature = "sqlite")]
pub use self::open::OpenError;
pub use self::process::{ProcessError, ProcessStop, ReactionFault};
pub use self::save::{SaveError, UpdateError};
pub use self::settle::SettleError;
pub use self::store::{StoreError, StoreErrorKind};
pub use self::subscription::SubscriptionError;
pub use self::view::{CellError, RunError, StopReason, ViewError};

/// Text that is not an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an id: write a UUID, such as 018f3f5e-7c3a-7cc0-8b8e-2d9c1a4b5e6f")]
#[non_exhaustive]
pub struct ParseIdError {
    /// What stood there.
    pub text: String,
}

/// An event that cannot be the first of an aggregate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{event}` cannot be the first event of `{aggregate}`: start with one that creates it")]
#[non_exhaustive]
pub struct CreateError {
    /// The stored name of the aggregate.
    pub aggregate: &'static str,
    /// The stored name of the event.
    pub event: &'static str,
}

/// What a panic said.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "(no message)".to_owned())
}

/// An error and what caused it, in one line.
pub(crate) fn with_sources(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
