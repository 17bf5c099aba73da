//! The upcasters of a user's own enum: the compiler compares the two items.

use eventsourcing::prelude::*;

#[event(retired(Opened))]
enum Retired {
    Opened,
}

#[event]
enum Missing {
    #[event(version = 3)]
    Opened {
        owner: String,
    },
}

#[upcast]
impl Missing {
    #[upcast(Opened, from = 1)]
    fn opened_v1(owner: String) -> Self {
        Self::Opened { owner }
    }
}

#[event]
enum None {
    #[event(version = 2)]
    Opened,
}

#[event(retired(Moved))]
enum Wrong {
    #[event(version = 2)]
    Opened,
}

#[upcast]
impl Wrong {
    #[upcast(Opened, from = 1)]
    fn opened_v1() -> Self {
        Self::Opened
    }

    #[upcast(Opened, from = 2)]
    fn opened_v2() -> Self {
        Self::Opened
    }

    #[upcast(Closed, from = 1)]
    fn closed_v1() -> Self {
        Self::Opened
    }

    #[upcast(Moved, from = 1)]
    fn moved_v1() -> i64 {
        0
    }
}

#[upcast]
struct NoImpl;

#[event]
enum Options {
    #[event(version = 2, version = 3, from = 1)]
    Opened,
}

#[upcast(retired(Moved))]
impl Options {}

fn main() {}
