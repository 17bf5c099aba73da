//! Events compared as they are stored, so that they need neither `PartialEq` nor `Debug`.

use std::fmt::Write as _;

use serde_json::Value;

use crate::aggregate::Aggregate;
use crate::codec;
use crate::error::EncodeError;
use crate::event::Event;

/// An event as it would be stored.
#[derive(Debug, PartialEq)]
pub(super) struct Encoded {
    name: &'static str,
    fields: Value,
}

/// Events as they would be stored.
pub(super) fn encoded<A: Aggregate>(events: &[A::Event]) -> Result<Vec<Encoded>, EncodeError> {
    let encoded = events.iter().map(|event| {
        let name = event.kind().name();
        let mut json = Vec::new();
        codec::encode(A::NAME, event, &mut json)?;
        // As a value, because the order of a map's keys means nothing.
        let fields = serde_json::from_slice(&json);
        let fields = fields.map_err(|source| EncodeError::Json { aggregate: A::NAME, event: name, source })?;
        Ok(Encoded { name, fields })
    });
    encoded.collect()
}

/// Events one below the other.
pub(super) fn listed(events: &[Encoded]) -> String {
    let mut text = String::new();
    lines(&mut text, "  ", events);
    if text.is_empty() { "\n  (no events)".to_owned() } else { text }
}

/// What is expected and missing (`-`), and what is there instead (`+`), between what both have.
pub(super) fn difference(expected: &[Encoded], recorded: &[Encoded]) -> String {
    let same = |(one, other): &(&Encoded, &Encoded)| one == other;
    let before = expected.iter().zip(recorded).take_while(same).count();
    let (head, expected) = expected.split_at_checked(before).unwrap_or_default();
    let recorded = recorded.get(before..).unwrap_or_default();
    let after = expected.iter().rev().zip(recorded.iter().rev()).take_while(same).count();
    let (missing, tail) = expected.split_at_checked(expected.len() - after).unwrap_or_default();
    let instead = recorded.get(..recorded.len() - after).unwrap_or_default();
    let mut text = String::new();
    lines(&mut text, "  ", head);
    lines(&mut text, "- ", missing);
    lines(&mut text, "+ ", instead);
    lines(&mut text, "  ", tail);
    text
}

fn lines(text: &mut String, mark: &str, events: &[Encoded]) {
    for Encoded { name, fields } in events {
        // Writing to a `String` does not fail.
        let _ = write!(text, "\n{mark}{name} {fields}");
    }
}
