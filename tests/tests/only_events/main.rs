//! State changes by events alone: what the compiler does not see is found before it is saved.

mod another_aggregate;
mod panics;
#[cfg(debug_assertions)]
mod replay;
mod root;
