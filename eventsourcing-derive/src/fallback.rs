//! What is printed beside the errors: the user's item as it was, and stand-ins for what would have been generated, so that
//! one mistake is one message.

mod aggregate;
mod application;
mod events;
mod process;
mod projection;
mod schema;
mod view;

pub(crate) use self::aggregate::aggregate;
pub(crate) use self::application::application;
pub(crate) use self::events::{event_enum, events, upcasts};
pub(crate) use self::process::process;
pub(crate) use self::projection::projection;
pub(crate) use self::schema::schema;
pub(crate) use self::view::view;
