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
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DoorEvent {
    #[serde(rename = "installed", alias = "built")]
    Installed,
    #[serde(other)]
    Unknown,
}

#[event]
pub enum Nothing {}

#[event]
pub struct NotAnEnum;

fn main() {}
