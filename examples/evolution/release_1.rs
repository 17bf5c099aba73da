//! Release 1.

use std::error::Error;

use eventsourcing::prelude::*;

use crate::shown::show;

/// A parcel.
#[derive(Aggregate, Debug)]
#[aggregate(name = "parcel")]
pub(crate) struct Parcel {
    root: Root<Self>,
    to: String,
    grams: u32,
    place: String,
    notes: Vec<String>,
    inspected_by: Option<String>,
}

#[events]
impl Parcel {
    /// Sends a parcel.
    #[event(Sent)]
    pub(crate) fn send(to: &str, grams: u32) -> Self {
        let (place, notes) = ("the sender".to_owned(), Vec::new());
        Self { root: Root::new(), to: to.to_owned(), grams, place, notes, inspected_by: None }
    }

    /// It came to a place.
    #[event(Arrived)]
    pub(crate) fn arrive(&mut self, place: &str) {
        place.clone_into(&mut self.place);
    }

    /// It went from one place to another.
    #[event(Transferred)]
    pub(crate) fn transfer(&mut self, from: &str, to: &str) {
        to.clone_into(&mut self.place);
    }

    /// Somebody had something to say.
    #[event(Noted)]
    pub(crate) fn note(&mut self, text: &str) {
        self.notes.push(text.to_owned());
    }

    /// Somebody looked at it.
    #[event(Inspected)]
    pub(crate) fn inspect(&mut self, by: &str) {
        self.inspected_by = Some(by.to_owned());
    }

    pub(crate) fn state(&self) -> String {
        let Self { to, grams, place, notes, inspected_by, .. } = self;
        format!("a parcel of {grams} g to {to}, at {place}, {} notes, inspected by {inspected_by:?}", notes.len())
    }
}

pub(crate) fn run(store: &SqliteStore) -> Result<(), Box<dyn Error>> {
    let mut parcel = Parcel::send("Ann", 1200);
    parcel.arrive("Utrecht");
    parcel.transfer("Utrecht", "Lyon");
    parcel.note("fragile");
    parcel.inspect("customs");
    let _position = Repository::new(store.clone()).blocking().save(&mut parcel)?;
    show(store, Parcel::state)
}
