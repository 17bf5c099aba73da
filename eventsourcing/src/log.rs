//! The events of many aggregates in the order of the commits, and what a reader does with an event that it does not know.
//!
//! [`Repository::log`](crate::Repository::log) and [`Application::log`](crate::Application::log) make a [`LogReader`]: page by page, as a
//! [`LogStream`] that may follow what is committed later, from its end backward by [`LogReader::latest`], or written out by [`LogReader::export`].
// All that gives events to a caller decodes them by `decode`: the fold of an aggregate, its history, the log, its stream and its export.

mod checkpoint;
mod decode;
mod event;
mod export;
mod latest;
mod paged;
mod reader;
mod serialize;
mod stream;
mod trace;

pub(crate) use self::checkpoint::{Checkpoint, OtherLog, position_of};
pub(crate) use self::decode::{decode, decode_each, raw, read_each_into, read_into, recorded};
pub(crate) use self::event::is_unknown;
pub use self::event::{LogEvent, NamedEvent, OnUnknown};
pub(crate) use self::paged::Paged;
pub use self::reader::LogReader;
pub(crate) use self::reader::LogSource;
pub use self::stream::LogStream;
pub use self::trace::{Trace, TraceStep};
pub use crate::event::RawEvent;
