//! Pages. The events of a page come from one statement; other statements may see a later moment, and must allow for that.

pub(crate) mod log;
pub(crate) mod rows;
pub(crate) mod stream;

#[cfg(test)]
mod tests;
