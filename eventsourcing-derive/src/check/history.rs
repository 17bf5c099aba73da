//! Rules about history, which hold an item against `events.lock`: what was released can still be read. What only the compiler knows of types and
//! of conditions is left to it, as obligations and conditions that are printed.

mod aggregate;
mod conditions;
mod events;
mod fields;
mod types;
mod unique;

pub(crate) use self::aggregate::aggregate;
pub(crate) use self::conditions::{event_enum as event_enum_conditions, events as conditions};
pub(crate) use self::events::{event_enum, events, upcasts};
pub(crate) use self::types::schema;
