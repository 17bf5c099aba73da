//! The options in our attributes: tokens, spans and our words, nothing of what is made of them.

mod aggregate;
mod application;
mod event;
mod handler;
mod ignored;
mod item;
mod marks;
mod named_item;
mod options;
mod process;
mod projection;
mod schema;
mod serde;
mod unique;
mod upcast;
mod view;

pub(crate) use self::aggregate::{AggregateArgs, AggregateFieldArgs};
pub(crate) use self::application::{ApplicationArgs, Initial, initial};
pub(crate) use self::event::EventArgs;
pub(crate) use self::handler::{HandlerArgs, field_mark, is_field_mark, is_on_mark, is_setup_mark};
pub(crate) use self::ignored::Ignored;
pub(crate) use self::item::{EventsArgs, ItemArgs};
pub(crate) use self::marks::{is_conditional, is_conditional_mark, is_derived, is_event_mark, is_mark, is_upcast_mark};
pub(crate) use self::named_item::NamedItemArgs;
pub(crate) use self::process::{ProcessArgs, TIMER, TimerArgs, is_timer_mark};
pub(crate) use self::projection::ProjectionArgs;
pub(crate) use self::schema::is_opaque;
pub(crate) use self::serde::{SerdeArgs, serde_keys};
pub(crate) use self::unique::UniqueArgs;
pub(crate) use self::upcast::{UpcastArgs, is_recorded};
pub(crate) use self::view::ColumnArgs;
