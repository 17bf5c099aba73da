//! Commits: their queue, the transaction that a group of them shares, and what each appends.

pub(crate) mod append;
pub(crate) mod committer;
mod doubt;
#[cfg(test)]
mod interrupt;
pub(crate) mod queue;
pub(crate) mod settle;
mod source;
pub(crate) mod transaction;
pub(crate) mod writing;
