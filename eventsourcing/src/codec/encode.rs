//! Event to payload.

use std::io::{self, Write};

use serde_json::ser::Formatter;

use crate::codec::verify;
use crate::error::EncodeError;
use crate::event::Event;

/// Writes the payload of an event of this aggregate to the end of `bytes`, which is left as it was on an error. What is written is read as the
/// same event, or it is an error.
pub(crate) fn encode<E: Event>(aggregate: &'static str, event: &E, bytes: &mut Vec<u8>) -> Result<(), EncodeError> {
    let start = bytes.len();
    let encoded = write(aggregate, event, bytes, start);
    if encoded.is_err() {
        bytes.truncate(start);
    }
    encoded
}

fn write<E: Event>(aggregate: &'static str, event: &E, bytes: &mut Vec<u8>, start: usize) -> Result<(), EncodeError> {
    let name = event.kind().name();
    let mut json = serde_json::Serializer::with_formatter(&mut *bytes, OnOneLine);
    event.serialize(&mut json).map_err(|source| EncodeError::Json { aggregate, event: name, source })?;
    untag(name, bytes, start).ok_or(EncodeError::NotAnObject { aggregate, event: name })?;
    verify::event(aggregate, event, bytes.get(start..).unwrap_or_default())
}

/// Compact JSON, in which no `RawValue` brings a line break: what is exported stands on a line.
struct OnOneLine;

impl Formatter for OnOneLine {
    fn write_raw_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.contains('\n') {
            let message = "a `RawValue` has a line break: an event is stored on one line, so parse it to a `Value` and write that";
            return Err(io::Error::other(message));
        }
        writer.write_all(fragment.as_bytes())
    }
}

/// Takes the enum off what serde wrote: `{"Name":{..}}` becomes `{..}`, and `"Name"` becomes `{}`.
fn untag(name: &str, bytes: &mut Vec<u8>, start: usize) -> Option<()> {
    let written = bytes.get(start..)?;
    if written.first() == Some(&b'"') {
        bytes.truncate(start);
        bytes.extend_from_slice(b"{}");
        return Some(());
    }
    let payload = strip_tag(written, name)?;
    let tag = written.len() - payload.len();
    if payload.first() != Some(&b'{') {
        return None;
    }
    bytes.drain(start..start + tag);
    bytes.pop();
    Some(())
}

fn strip_tag<'a>(written: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let plain = |name: &str| written.strip_prefix(b"{\"")?.strip_prefix(name.as_bytes())?.strip_prefix(b"\":");
    // Only a name with quotes or backslashes is written otherwise than it reads.
    plain(name).or_else(|| plain(serde_json::to_string(name).ok()?.strip_prefix('"')?.strip_suffix('"')?))
}
