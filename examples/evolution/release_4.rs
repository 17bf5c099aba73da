//! Release 4: an event that is no longer needed.

use std::error::Error;

use eventsourcing::prelude::*;

use crate::shown::show;

/// Without `retired(Inspected)`.
pub(crate) const CARELESS: &str = "
error: event `Inspected` was released (events.lock) and is gone: if it has another name now, write `alias = \"Inspected\"` there; if it is no longer needed, `retired(Inspected)` beside the others, with an upcaster where other events stand for it
   |
52 |     pub enum ParcelEvent {
   |              ^^^^^^^^^^^
";

/// A parcel.
#[derive(Aggregate, Debug)]
#[aggregate(name = "parcel", snapshot_every = 3)]
pub(crate) struct Parcel {
    root: Root<Self>,
    to: String,
    grams: u64,
    express: bool,
    place: Option<String>,
    remarks: Vec<String>,
}

#[events(retired(Transferred, Inspected))]
impl Parcel {
    /// Sends a parcel.
    #[event(Sent, version = 2)]
    pub(crate) fn send(to: &str, grams: u64, express: bool) -> Self {
        Self { root: Root::new(), to: to.to_owned(), grams, express, place: None, remarks: Vec::new() }
    }

    #[upcast(Sent, from = 1)]
    fn sent_v1(to: String, grams: u32, #[serde(default)] express: bool) -> ParcelEvent {
        ParcelEvent::Sent { to, grams: grams.into(), express }
    }

    /// It went away from a place.
    #[event(Left)]
    pub(crate) fn leave(&mut self, place: &str) {
        self.place = None;
    }

    /// It came to a place.
    #[event(Arrived)]
    pub(crate) fn arrive(&mut self, place: &str) {
        self.place = Some(place.to_owned());
    }

    #[upcast(Transferred, from = 1)]
    fn transferred_v1(from: String, to: String) -> [ParcelEvent; 2] {
        [ParcelEvent::Left { place: from }, ParcelEvent::Arrived { place: to }]
    }

    /// Somebody had something to say.
    #[event(Remarked, alias = "Noted")]
    pub(crate) fn remark(&mut self, text: &str) {
        self.remarks.push(text.to_owned());
    }

    pub(crate) fn state(&self) -> String {
        let Self { to, grams, express, place, remarks, .. } = self;
        let how = if *express { "an express parcel" } else { "a parcel" };
        let place = place.as_deref().unwrap_or("the road");
        format!("{how} of {grams} g to {to}, at {place}, {} remarks", remarks.len())
    }
}

pub(crate) fn run(store: &SqliteStore) -> Result<(), Box<dyn Error>> {
    let mut parcel = Parcel::send("Di", 10, true);
    parcel.arrive("Ghent");
    parcel.leave("Ghent");
    let _position = Repository::new(store.clone()).blocking().save(&mut parcel)?;
    show(store, Parcel::state)
}
