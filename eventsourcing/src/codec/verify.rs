//! Whether what was written reads as what it was written from. JSON is not enough for all that serde can do to a type: some of it reads as
//! another value, and some does not read at all.

use serde::Serialize;
use thiserror::Error;

use crate::codec::finite::Finite;
use crate::codec::trace::{field_that_differs, trace};
use crate::codec::{Decoded, decode, not_stored};
use crate::error::{DecodeError, EncodeError};
use crate::event::Event;

/// A state that its JSON does not read as.
#[derive(Debug, Error)]
#[error(
    "the state is read back as another than it was{}", .field.as_ref().map(|field| format!(", in field `{field}`")).unwrap_or_default()
)]
pub(crate) struct StateChanged {
    field: Option<String>,
}

/// Reads the payload of an event and compares.
pub(super) fn event<E: Event>(aggregate: &'static str, event: &E, payload: &[u8]) -> Result<(), EncodeError> {
    let kind = event.kind();
    let (name, read) = (kind.name(), decode::<E>(kind.name(), kind.schema_version(), payload, not_stored));
    let not_readable = |field, source| EncodeError::NotReadable { aggregate, event: name, field, source };
    match read {
        Ok(Decoded::Current(read)) => compare(event, &read).map_err(|field| match event.serialize(Finite) {
            Err(source) => not_readable(field, source),
            Ok(()) => EncodeError::Changed { aggregate, event: name, field },
        }),
        Err(DecodeError::Payload { field, source, .. }) => {
            Err(not_readable(field, event.serialize(Finite).err().unwrap_or(source)))
        }
        Ok(Decoded::Old(_)) | Err(_) => Err(EncodeError::Changed { aggregate, event: name, field: None }),
    }
}

/// Compares two events; an error is the field in which they differ, if it is known.
fn compare<E: Event>(written: &E, read: &E) -> Result<(), Option<String>> {
    match written.differing_field(read) {
        Some(lost) => Err(Some(lost.to_owned())),
        None if is_same(written, read) => Ok(()),
        None => Err(field_that_differs(written, read)),
    }
}

/// Compares a state with what was read of it, of which a field may be known to differ.
pub(crate) fn state<T: Serialize>(written: &T, read: &T, lost: Option<&str>) -> Result<(), StateChanged> {
    if lost.is_none() && is_same(written, read) {
        return Ok(());
    }
    Err(StateChanged { field: lost.map(str::to_owned).or_else(|| field_that_differs(written, read)) })
}

/// Whether two values serialise by the same calls.
fn is_same<T: Serialize>(one: &T, other: &T) -> bool {
    match (trace(one), trace(other)) {
        (Ok(one), Ok(other)) => one == other,
        // Some of it serialises for human readers only.
        (Err(_), Err(_)) => trace_of_json(one) == trace_of_json(other),
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    }
}

/// The trace of what is written of a value, which no list has an order in.
fn trace_of_json<T: Serialize>(value: &T) -> Option<u64> {
    trace(&serde_json::to_value(value).ok()?).ok()
}
