//! The careless steps of `examples/evolution`: the error of each release that forgets what the one before it stored.

use eventsourcing::prelude::*;

/// A field that stored events do not have.
mod release_2 {
    use super::*;

    #[event]
    pub enum ParcelEvent {
        Sent { to: String, grams: u32, express: bool },
        Arrived { place: String },
        Transferred { from: String, to: String },
        Noted { text: String },
        Inspected { by: String },
    }
}

/// A field of another type, at the same version.
mod release_3_retyped {
    use super::*;

    #[event]
    pub enum ParcelEvent {
        Sent { to: String, grams: u64 },
        Arrived { place: String },
        Transferred { from: String, to: String },
        Noted { text: String },
        Inspected { by: String },
    }
}

/// An event that was renamed, and one that was split, and nothing that reads what they were.
mod release_3_renamed {
    use super::*;

    #[event]
    pub enum ParcelEvent {
        Sent { to: String, grams: u32 },
        Left { place: String },
        Arrived { place: String },
        Remarked { text: String },
        Inspected { by: String },
    }
}

/// An event that is no longer needed.
mod release_4 {
    use super::*;

    #[event]
    pub enum ParcelEvent {
        Sent { to: String, grams: u32 },
        Arrived { place: String },
        Transferred { from: String, to: String },
        Noted { text: String },
    }
}

fn main() {}
