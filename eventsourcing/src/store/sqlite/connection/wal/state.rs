//! What is known of the WAL that belongs to a file, as the head record keeps it.

use crate::store::sqlite::connection::wal::header::Salts;

/// What is known of the WAL that belongs to the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum WalState {
    /// An older release wrote the claim.
    #[default]
    Unknown,
    /// The file is a copy that was never opened: it has no WAL.
    CopyNeverOpened,
    /// The WAL was empty when a connection for writing was opened, so that its salts were not known yet.
    Fresh,
    /// It is of the generation with these salts, or of a later one.
    Salts(Salts),
}
