//! Release 3: a version with an upcaster, an old event that two stand for today, and another name.
//!
//! The state has changed with it, so the snapshots of release 2 are ignored: they are only ever a cache.

use std::error::Error;

use eventsourcing::prelude::*;

use crate::shown::show;

/// Without `version = 2` and its upcaster.
pub(crate) const CARELESS_TYPE: &str = "
error[E0080]: evaluation panicked: field `grams` of event `Sent` was released as `u32` (events.lock) and is `u64` now: leave it as it was, or raise the version: `#[event(version = 2)]`, with `#[upcast(Sent, from = 1)] fn sent_v1(to: .., grams: ..) -> ParcelEvent`
   |
25 |         Sent { to: String, grams: u64 },
   |                                   ^^^ evaluation of `release_3_retyped::_::_` failed here
";

/// Without `alias = \"Noted\"` and `retired(Transferred)`.
pub(crate) const CARELESS_NAMES: &str = "
error: event `Noted` was released (events.lock) and is gone: if it has another name now, write `alias = \"Noted\"` there; if it is no longer needed, `retired(Noted)` beside the others, with an upcaster where other events stand for it
   |
38 |     pub enum ParcelEvent {
   |              ^^^^^^^^^^^

error: event `Transferred` was released (events.lock) and is gone: if it has another name now, write `alias = \"Transferred\"` there; if it is no longer needed, `retired(Transferred)` beside the others, with an upcaster where other events stand for it
   |
38 |     pub enum ParcelEvent {
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
    inspected_by: Option<String>,
}

#[events(retired(Transferred))]
impl Parcel {
    /// Sends a parcel.
    #[event(Sent, version = 2)]
    pub(crate) fn send(to: &str, grams: u64, express: bool) -> Self {
        Self {
            root: Root::new(),
            to: to.to_owned(),
            grams,
            express,
            place: None,
            remarks: Vec::new(),
            inspected_by: None,
        }
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

    /// Somebody looked at it.
    #[event(Inspected)]
    pub(crate) fn inspect(&mut self, by: &str) {
        self.inspected_by = Some(by.to_owned());
    }

    pub(crate) fn state(&self) -> String {
        let Self { to, grams, express, place, remarks, inspected_by, .. } = self;
        let how = if *express { "an express parcel" } else { "a parcel" };
        let place = place.as_deref().unwrap_or("the road");
        format!("{how} of {grams} g to {to}, at {place}, {} remarks, inspected by {inspected_by:?}", remarks.len())
    }
}

pub(crate) fn run(store: &SqliteStore) -> Result<(), Box<dyn Error>> {
    let mut parcel = Parcel::send("Cy", 5_000_000_000, false);
    parcel.arrive("Split");
    parcel.leave("Split");
    parcel.remark("a whale");
    parcel.inspect("a biologist");
    let _position = Repository::new(store.clone()).blocking().save(&mut parcel)?;
    show(store, Parcel::state)
}
