//! A type that is not there is reported where it is written, and not again by what is generated.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
pub struct Account {
    root: Root<Self>,
}

#[events]
impl Account {
    #[event(Opened)]
    pub fn open(by: Owner, from: &Branch) -> Self {
        Self { root: Root::new() }
    }

    #[event(Noted)]
    pub fn note(&mut self, text: &str, note: Option<std::num::NonZero<i64>>, kind: notes::Kind) {}

    #[event(Listed)]
    pub fn list(&mut self, lines: Vec<Line>, pages: &[Page], cover: Option<Cover>) {}

    pub fn note_it(&mut self) {
        self.note("text", None, Default::default());
    }
}

#[event]
pub enum DoorEvent {
    Built { of: Wood },
    Opened { by: Option<std::num::NonZero<i64>> },
}

fn main() {}
