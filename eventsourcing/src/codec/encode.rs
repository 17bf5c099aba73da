//! Event to payload.

use memchr::{memchr2_iter, memmem};

use crate::codec::decode;
use crate::codec::finite::Finite;
use crate::error::{DecodeError, EncodeError};
use crate::event::Event;

/// More opening brackets than this, and the payload might be nested deeper than `serde_json` reads (128).
const BRACKETS: usize = 100;

/// Writes the payload of an event to the end of `bytes`, which is left as it was on an error.
pub(crate) fn encode<E: Event>(event: &E, bytes: &mut Vec<u8>) -> Result<(), EncodeError> {
    let start = bytes.len();
    let encoded = write(event, bytes, start);
    if encoded.is_err() {
        bytes.truncate(start);
    }
    encoded
}

fn write<E: Event>(event: &E, bytes: &mut Vec<u8>, start: usize) -> Result<(), EncodeError> {
    let name = event.kind().name();
    serde_json::to_writer(&mut *bytes, event).map_err(|source| EncodeError::Json { event: name, source })?;
    untag(name, bytes, start).ok_or(EncodeError::NotAnObject { event: name })?;
    let payload = bytes.get(start..).unwrap_or_default();
    check(event, payload)
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

/// Refuses what JSON writes otherwise than it reads. Nearly every payload is seen to be sound at a glance.
fn check<E: Event>(event: &E, payload: &[u8]) -> Result<(), EncodeError> {
    let unreadable = |source| EncodeError::NotReadable { event: event.kind().name(), source };
    if memmem::find(payload, b"null").is_some() {
        event.serialize(Finite).map_err(unreadable)?;
    }
    if memchr2_iter(b'{', b'[', payload).count() > BRACKETS {
        let kind = event.kind();
        if let Err(DecodeError::Payload { source, .. }) = decode::<E>(kind.name(), kind.schema_version(), payload) {
            return Err(unreadable(source));
        }
    }
    Ok(())
}
