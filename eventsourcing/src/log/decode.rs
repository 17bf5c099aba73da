//! From a stored event to what it means today: the one place that decodes, applies the policy for unknown events and says where a bad one is.

use crate::codec::{self, Decoded, MetadataError};
use crate::error::{DecodeError, LoadError};
use crate::event::{Event, Metadata, RawEvent, Recorded};
use crate::log::{LogEvent, OnUnknown};
use crate::store::{StoredEvent, from_micros};
use crate::stream::StreamId;

/// What a stored event means today; `None` if this program does not know it and is to go on.
pub(crate) fn decode<E: Event>(
    stored: &StoredEvent<'_>,
    on_unknown: OnUnknown,
) -> Result<Option<Decoded<E>>, LoadError> {
    match decode_stored(stored) {
        Ok(decoded) => Ok(Some(decoded)),
        Err(source) => unless_refused(stored, on_unknown, source).map(|()| None),
    }
}

/// Gives `each` what a stored event means today, oldest first: one event, or of one that an older release stored, none or several.
pub(crate) fn decode_each<E: Event>(stored: &StoredEvent<'_>, each: &mut dyn FnMut(E)) -> Result<(), DecodeError> {
    match decode_stored(stored)? {
        Decoded::Current(event) => each(event),
        Decoded::Old(events) => events.into_iter().for_each(each),
    }
    Ok(())
}

/// An error of decoding, unless a reader goes on after it.
pub(crate) fn unless_refused(
    stored: &StoredEvent<'_>,
    on_unknown: OnUnknown,
    source: DecodeError,
) -> Result<(), LoadError> {
    if on_unknown.refuses(&source) {
        Err(LoadError::Decode { location: stored.location().into(), source })
    } else {
        Ok(())
    }
}

/// Adds what a stored event of this kind of aggregate means today, as `keep` has it.
pub(crate) fn read_into<E: Event, T>(
    stored: &StoredEvent<'_>,
    aggregate: &'static str,
    on_unknown: OnUnknown,
    keep: impl Fn(LogEvent<E>) -> Option<T>,
    events: &mut Vec<Recorded<T>>,
) -> Result<(), LoadError> {
    // Its name is not copied for each event.
    let stream = || StreamId::new(aggregate, stored.stream.id());
    let event = match decode_stored(stored) {
        Ok(Decoded::Current(event)) => LogEvent::Known(event),
        Ok(Decoded::Old(old)) => {
            let mut kept = old.into_iter().filter_map(|event| keep(LogEvent::Known(event)));
            return kept.try_for_each(|event| push(stored, stream(), event, events));
        }
        Err(source) => {
            unless_refused(stored, on_unknown, source)?;
            if on_unknown != OnUnknown::Keep {
                return Ok(());
            }
            LogEvent::Unknown(raw(stored))
        }
    };
    keep(event).map_or(Ok(()), |event| push(stored, stream(), event, events))
}

/// The same of any kind of aggregate, decoded by this function.
pub(crate) fn read_each_into<E>(
    stored: &StoredEvent<'_>,
    on_unknown: OnUnknown,
    decode_each: impl FnOnce(&StoredEvent<'_>, &mut dyn FnMut(E)) -> Result<(), DecodeError>,
    events: &mut Vec<Recorded<LogEvent<E>>>,
) -> Result<(), LoadError> {
    let mut outcome = Ok(());
    let decoded = decode_each(stored, &mut |event| {
        if let Err(error) = push(stored, stored.stream.clone(), LogEvent::Known(event), events) {
            outcome = Err(error);
        }
    });
    outcome?;
    if let Err(source) = decoded {
        unless_refused(stored, on_unknown, source)?;
        if on_unknown == OnUnknown::Keep {
            push(stored, stored.stream.clone(), LogEvent::Unknown(raw(stored)), events)?;
        }
    }
    Ok(())
}

pub(crate) fn raw(stored: &StoredEvent<'_>) -> RawEvent {
    RawEvent::new(stored.name, stored.schema_version, stored.payload)
}

/// An event of this stream, with what is stored beside it.
pub(crate) fn recorded<E>(stored: &StoredEvent<'_>, stream: StreamId, event: E) -> Result<Recorded<E>, LoadError> {
    Ok(with_metadata(stored, stream, event, metadata(stored).map_err(|source| unreadable(stored, source))?))
}

/// Adds an event of this stream, with what is stored beside it.
#[inline]
fn push<E>(
    stored: &StoredEvent<'_>,
    stream: StreamId,
    event: E,
    events: &mut Vec<Recorded<E>>,
) -> Result<(), LoadError> {
    match metadata(stored) {
        Ok(metadata) => events.push(with_metadata(stored, stream, event, metadata)),
        Err(source) => return Err(unreadable(stored, source)),
    }
    Ok(())
}

/// What a stored event means today; what is stored beside it is read only for an upcaster that takes it.
fn decode_stored<E: Event>(stored: &StoredEvent<'_>) -> Result<Decoded<E>, DecodeError> {
    let beside = || Ok(with_metadata(stored, stored.stream.clone(), (), metadata(stored)?));
    codec::decode(stored.name, stored.schema_version, stored.payload, beside)
}

#[inline]
fn metadata(stored: &StoredEvent<'_>) -> Result<Metadata, MetadataError> {
    stored.metadata.map_or_else(|| Ok(Metadata::new()), codec::decode_metadata)
}

#[inline]
fn with_metadata<E>(stored: &StoredEvent<'_>, stream: StreamId, event: E, metadata: Metadata) -> Recorded<E> {
    let recorded_at = from_micros(stored.recorded_at);
    Recorded { event, stream, version: stored.version, position: stored.position, recorded_at, metadata }
}

/// The error of metadata that cannot be read.
#[cold]
fn unreadable(stored: &StoredEvent<'_>, source: MetadataError) -> LoadError {
    LoadError::Metadata { location: stored.location().into(), source }
}
