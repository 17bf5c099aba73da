//! Reading pages, each in one statement, so that it sees the file at one moment.

pub(crate) mod log;
pub(crate) mod stream;
