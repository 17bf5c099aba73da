//! Release 2: a field with a default. It also takes snapshots.

use std::error::Error;

use eventsourcing::prelude::*;

use crate::shown::show;

/// Without `#[serde(default)]`.
pub(crate) const CARELESS: &str = "
error[E0080]: evaluation panicked: field `express` of event `Sent` is not in what was released (events.lock), and stored events do not have it: write `#[serde(default)]` on it, or make it an `Option`, or raise the version: `#[event(version = 2)]`, with `#[upcast(Sent, from = 1)] fn sent_v1(to: .., grams: ..) -> ParcelEvent`
   |
11 |         Sent { to: String, grams: u32, express: bool },
   |                                                 ^^^^ evaluation of `release_2::_::_` failed here
";

/// A parcel.
#[derive(Aggregate, Debug)]
#[aggregate(name = "parcel", snapshot_every = 3)]
pub(crate) struct Parcel {
    root: Root<Self>,
    to: String,
    grams: u32,
    express: bool,
    place: String,
    notes: Vec<String>,
    inspected_by: Option<String>,
}

#[events]
impl Parcel {
    /// Sends a parcel.
    #[event(Sent)]
    pub(crate) fn send(to: &str, grams: u32, #[serde(default)] express: bool) -> Self {
        let (place, notes) = ("the sender".to_owned(), Vec::new());
        Self { root: Root::new(), to: to.to_owned(), grams, express, place, notes, inspected_by: None }
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
        let Self { to, grams, express, place, notes, inspected_by, .. } = self;
        let how = if *express { "an express parcel" } else { "a parcel" };
        format!("{how} of {grams} g to {to}, at {place}, {} notes, inspected by {inspected_by:?}", notes.len())
    }
}

pub(crate) fn run(store: &SqliteStore) -> Result<(), Box<dyn Error>> {
    let mut parcel = Parcel::send("Bob", 300, true);
    parcel.arrive("Oslo");
    parcel.transfer("Oslo", "Bergen");
    parcel.inspect("the guard");
    let _position = Repository::new(store.clone()).blocking().save(&mut parcel)?;
    show(store, Parcel::state)
}
