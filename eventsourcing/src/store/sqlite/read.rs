//! Reading pages, each in one statement, so that it sees the file at one moment. What else is looked for when that statement finds nothing may
//! be of a later moment.

pub(crate) mod log;
pub(crate) mod stream;

#[cfg(test)]
mod tests;
