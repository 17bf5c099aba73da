//! What differs between the reactions of a process, in words.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Write as _};
use std::time::UNIX_EPOCH;

use super::outcome::{Outcome, Way};
use crate::store::from_micros;
use crate::stream::StreamId;

const WHY: &str = "a handler depends on more than its instance, its event and what its `Reaction` gives it, or does something that is not part of its commit";

/// Panics if a process does something else one way than another.
#[track_caller]
pub(super) fn compare(process: &str, moment: &str, one: &Outcome, (other, way): (&Outcome, Way)) {
    let way = way.describe();
    assert!(
        one.stopped.is_some() == other.stopped.is_some(),
        "`{process}` stops when each event is given to it once, or when {way}, and not both times, {moment}: {WHY}. It stops because {}",
        one.stopped.iter().chain(&other.stopped).next().map_or("", String::as_str)
    );
    if one.stopped.is_some() {
        return;
    }
    let (left, right) = (lines(one, other), lines(other, one));
    assert!(
        left == right,
        "`{process}` does something else when each event is given to it once (`-`) than when {way} (`+`), {moment}: {WHY}{}",
        between(left, right)
    );
}

/// What was done, in lines without the ids of aggregates that the other has not: those are new each time.
fn lines(of: &Outcome, other: &Outcome) -> Vec<String> {
    let new: BTreeSet<_> = of.committed.keys().filter(|stream| !other.committed.contains_key(stream)).collect();
    let hide = |mut text: String| {
        for stream in &new {
            text = text.replace(&stream.id().to_string(), "(new)");
        }
        text
    };
    let committed = of.committed.iter().map(|(stream, events)| hide(stream_lines(stream, events)));
    let mut committed: Vec<_> = committed.collect();
    committed.sort();
    let timers =
        of.timers.iter().map(|((instance, name), due)| hide(format!("timer {name:?} of {instance} at {}", time(*due))));
    let parked =
        of.parked.iter().map(|(instance, parked)| hide(format!("parked {instance}, {} waiting", parked.waiting)));
    let mut others: Vec<_> = timers.chain(parked).collect();
    others.sort();
    committed.extend(others);
    committed
}

/// The events of one aggregate, in order.
fn stream_lines(stream: &StreamId, events: &[String]) -> String {
    events.iter().map(|event| format!("{stream} {event}")).collect::<Vec<_>>().join("\n")
}

/// The lines of both, those that are only on the left with `-`, and those that are only on the right with `+`.
fn between(left: Vec<String>, mut right: Vec<String>) -> String {
    let mut text = String::new();
    for lines in left {
        let same = right.iter().position(|other| *other == lines);
        match same {
            Some(at) => drop(right.remove(at)),
            None => put(&mut text, "- ", &lines),
        }
    }
    for lines in right {
        put(&mut text, "+ ", lines);
    }
    text
}

fn put(text: &mut String, mark: &str, lines: impl Display) {
    for line in lines.to_string().lines() {
        // Writing to a `String` does not fail.
        let _ = write!(text, "\n{mark}{line}");
    }
}

type Events = BTreeMap<StreamId, Vec<String>>;

/// The events of each aggregate: those that are expected (`-`) and those that are found (`+`), where they differ.
pub(super) fn events_between(expected: &Events, found: &Events) -> String {
    let mut text = String::new();
    for stream in expected.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
        let of = |events: &Events| events.get(stream).map(|events| stream_lines(stream, events)).unwrap_or_default();
        let (expected, found) = (of(expected), of(found));
        if expected == found {
            put(&mut text, "  ", found);
        } else {
            put(&mut text, "- ", expected);
            put(&mut text, "+ ", found);
        }
    }
    text
}

/// The events one below the other.
pub(super) fn events_listed(events: &Events) -> String {
    if events.is_empty() { "\n  (no events)".to_owned() } else { events_between(events, events) }
}

/// The instances that are parked, one below the other.
pub(super) fn parked_listed(outcome: &Outcome) -> String {
    let mut text = String::new();
    for (instance, parked) in &outcome.parked {
        let (waiting, error) = (parked.waiting, &parked.error);
        put(&mut text, "  ", format_args!("{instance}, with {waiting} that wait, because {error}"));
    }
    if text.is_empty() { "\n  (no instances)".to_owned() } else { text }
}

/// The timers that are set, one below the other.
pub(super) fn timers_listed(outcome: &Outcome) -> String {
    let mut text = String::new();
    for ((instance, name), due) in &outcome.timers {
        put(&mut text, "  ", format_args!("{name:?} of {instance}, due at {}", time(*due)));
    }
    if text.is_empty() { "\n  (no timers)".to_owned() } else { text }
}

/// A time, as a test writes it.
pub(super) fn time(micros: i64) -> String {
    match from_micros(micros).duration_since(UNIX_EPOCH) {
        Ok(since) => format!("UNIX_EPOCH + {since:?}"),
        Err(before) => format!("UNIX_EPOCH - {:?}", before.duration()),
    }
}
