//! Connections to a file: for reading and for writing, with what the one for writing keeps beside the file.

pub(crate) mod busy;
pub(crate) mod identity;
pub(crate) mod reader;
pub(crate) mod setup;
pub(crate) mod side_files;
pub(crate) mod tail;
pub(crate) mod wal;
pub(crate) mod writer;
