//! What one task or thread waits for, and another gives: that something has happened, how often it has, an answer.

mod answer;
mod counter;
mod flag;

pub(crate) use self::answer::{Answer, Awaited};
pub(crate) use self::counter::Counter;
pub(crate) use self::flag::Flag;
