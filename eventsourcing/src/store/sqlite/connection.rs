//! Connections to a file, and what a connection that writes keeps beside it.

pub(crate) mod busy;
pub(crate) mod descriptors;
mod frames;
pub(crate) mod head_record;
pub(crate) mod identity;
pub(crate) mod new_file;
pub(crate) mod positioned_io;
pub(crate) mod reader;
pub(crate) mod setup;
pub(crate) mod side_files;
pub(crate) mod tail;
pub(crate) mod turn;
pub(crate) mod wal;
pub(crate) mod wal_cut;
pub(crate) mod wal_header;
pub(crate) mod wal_sync;
pub(crate) mod writer;
