//! The sizes of the errors: every `Result` of a user's own has room for them.

use std::convert::Infallible;

use super::*;

/// From 128 bytes on clippy warns of a `Result` in a user's function (`result_large_err`); one of ours may stand in an error of the user's, beside 32 bytes.
const LARGE: usize = 128 - 32;

macro_rules! sizes {
    ($($error:ty),* $(,)?) => {
        [$((stringify!($error), size_of::<$error>())),*]
    };
}

#[test]
fn no_error_is_so_large_that_clippy_warns_of_a_result_with_it() {
    let sizes = sizes![
        CellError,
        CommitError,
        Conflict,
        CreateError,
        DecodeError,
        EncodeError,
        Error,
        ExportError,
        ImportError,
        ImportLineError,
        InvalidCommit,
        LoadError,
        ParseIdError,
        ReadError,
        RunError,
        SaveError,
        SettleError,
        SnapshotError,
        StopReason,
        StoreError,
        SubscriptionError,
        UpdateError<Infallible>,
        ViewError,
    ];
    let large: Vec<_> = sizes.into_iter().filter(|(_, size)| *size > LARGE).collect();
    assert!(large.is_empty(), "{large:?} of {sizes:?}");
    #[cfg(feature = "sqlite")]
    assert!(size_of::<OpenError>() <= LARGE);
}
