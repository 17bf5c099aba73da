use eventsourcing::prelude::*;

#[event]
pub enum AccountEvent {
    Opened(String),
    #[event(nam = "x")]
    Deposited {
        amount: i64,
    },
    #[event(name = "Deposited")]
    Withdrawn {
        amount: i64,
    },
}

#[event]
pub enum Nothing {}

#[event]
pub struct NotAnEnum;

fn main() {}
