//! Who did what, from the log itself: each event has who caused it in its metadata, and which request it is of.

use askama::Template;
use eventsourcing::log::{LogEvent, TraceStep};
use eventsourcing::prelude::*;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::shop::ShopEvent;
use crate::shop::pages::time;
use crate::shop::views::timestamp;

/// What somebody did.
#[derive(Serialize)]
pub(crate) struct Deed {
    pub(crate) position: Position,
    pub(crate) at: Timestamp,
    pub(crate) actor: String,
    pub(crate) aggregate: String,
    pub(crate) id: Uuid,
    pub(crate) event: String,
    /// The fields of the event.
    pub(crate) fields: Value,
}

impl From<Recorded<LogEvent<ShopEvent>>> for Deed {
    fn from(recorded: Recorded<LogEvent<ShopEvent>>) -> Self {
        let fields = match &recorded.event {
            LogEvent::Known(ShopEvent::Products(_, event)) => fields(event),
            LogEvent::Known(ShopEvent::Customers(_, event)) => fields(event),
            LogEvent::Known(ShopEvent::Orders(_, event)) => fields(event),
            LogEvent::Known(ShopEvent::Payments(_, event)) => fields(event),
            LogEvent::Known(ShopEvent::Settlements(_, event)) => fields(event),
            LogEvent::Unknown(_) => Value::Null,
        };
        let (stream, event) = (&recorded.stream, recorded.event.name().to_owned());
        let actor = recorded.metadata.actor().unwrap_or("the shop").to_owned();
        let (position, at) = (recorded.position, timestamp(recorded.recorded_at));
        Self { position, at, actor, aggregate: stream.aggregate().to_owned(), id: stream.id(), event, fields }
    }
}

fn fields(event: &impl Event) -> Value {
    let mut event = serde_json::to_value(event).unwrap_or_default();
    event.as_object_mut().and_then(|event| event.values_mut().next()).map(Value::take).unwrap_or_default()
}

/// A commit, and what it has led to.
#[derive(Serialize, Template)]
#[template(path = "step.html")]
pub(crate) struct Step {
    pub(crate) deeds: Vec<Deed>,
    pub(crate) caused: Vec<Step>,
}

impl From<TraceStep<ShopEvent>> for Step {
    fn from(step: TraceStep<ShopEvent>) -> Self {
        let deeds = step.events.into_iter().map(|event| event.recorded.into()).collect();
        Self { deeds, caused: step.caused.into_iter().map(Self::from).collect() }
    }
}
