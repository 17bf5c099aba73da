//! A borrow that the type of a result does not show is reported under it.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
pub struct Account {
    root: Root<Self>,
    notes: Vec<String>,
}

pub struct View<'a>(pub &'a [String]);

#[events]
impl Account {
    #[event(Opened)]
    pub fn open() -> Self {
        Self { root: Root::new(), notes: Vec::new() }
    }

    #[event(Noted)]
    fn noted(&mut self, note: String) {
        self.notes.push(note);
    }

    pub fn note_and_view(&mut self, note: String) -> View {
        self.noted(note);
        View(&self.notes)
    }

    pub fn iter(&mut self) -> std::slice::Iter<String> {
        self.notes.iter()
    }
}

fn main() {}
