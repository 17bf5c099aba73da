//! What one task or thread waits for, and another gives: that something has happened, how often it has, an answer to a request.

mod answer;
mod counter;
mod flag;
mod requests;

pub(crate) use self::answer::{Answer, Awaited};
pub(crate) use self::counter::Counter;
pub(crate) use self::flag::Flag;
pub(crate) use self::requests::{Request, Requests};
