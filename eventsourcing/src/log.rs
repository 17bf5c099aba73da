//! Typed reading: what a stored event is to this program, and what a reader does with one that it does not know.
//!
//! All that gives events to a caller decodes them by [`decode`]: the fold of an aggregate, its history, the log, its stream and its export.

mod decode;
mod event;
mod export;
mod reader;
mod stream;

pub(crate) use self::decode::{decode, decode_each, raw, read_each_into, read_into, recorded};
pub use self::event::{LogEvent, OnUnknown};
pub use self::reader::LogReader;
pub(crate) use self::reader::LogSource;
pub use self::stream::LogStream;
