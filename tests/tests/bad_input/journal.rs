//! An aggregate that takes whatever there is, written by hand.

use eventsourcing::{Aggregate, Apply, Event, EventKind, Root, RootAccess};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Journal {
    root: Root<Self>,
    pub(crate) texts: Vec<String>,
    pub(crate) numbers: Vec<u64>,
    pub(crate) measures: Vec<f64>,
    pub(crate) values: Vec<Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum JournalEvent {
    Begun,
    Wrote { text: String },
    Counted { number: u64 },
    Measured { measure: f64 },
    Took { value: Value },
}

impl Journal {
    pub(crate) fn begun() -> Self {
        Root::begin(JournalEvent::Begun, |journal: &mut Self| &mut journal.root).unwrap()
    }

    pub(crate) fn record(&mut self, event: JournalEvent) {
        Root::record(self, |journal| &mut journal.root, event);
    }
}

impl Apply for Journal {
    type Event = JournalEvent;

    fn create(event: JournalEvent) -> Option<Self> {
        let empty = Self { root: Root::new(), texts: vec![], numbers: vec![], measures: vec![], values: vec![] };
        (event == JournalEvent::Begun).then_some(empty)
    }

    fn apply(&mut self, event: JournalEvent) {
        match event {
            JournalEvent::Begun => {}
            JournalEvent::Wrote { text } => self.texts.push(text),
            JournalEvent::Counted { number } => self.numbers.push(number),
            JournalEvent::Measured { measure } => self.measures.push(measure),
            JournalEvent::Took { value } => self.values.push(value),
        }
    }
}

impl Aggregate for Journal {
    const NAME: &'static str = "Journal";

    fn root(&self) -> &Root<Self> {
        &self.root
    }

    fn root_mut(&mut self, _: RootAccess<Self>) -> &mut Root<Self> {
        &mut self.root
    }
}

impl Event for JournalEvent {
    const KINDS: &'static [EventKind] = &[
        EventKind::new("Begun"),
        EventKind::new("Wrote"),
        EventKind::new("Counted"),
        EventKind::new("Measured"),
        EventKind::new("Took"),
    ];

    fn kind(&self) -> &'static EventKind {
        let index = match self {
            Self::Begun => 0,
            Self::Wrote { .. } => 1,
            Self::Counted { .. } => 2,
            Self::Measured { .. } => 3,
            Self::Took { .. } => 4,
        };
        &Self::KINDS[index]
    }
}
