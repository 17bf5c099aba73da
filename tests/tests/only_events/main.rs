//! State changes by events alone: what the compiler does not see is found before it is saved.

mod another_aggregate;
mod panics;
#[cfg(debug_assertions)]
mod replay;
#[cfg(debug_assertions)]
mod replay_of_types;
mod root;
