//! What happens, and how it is stored.

use std::collections::BTreeMap;

use eventsourcing::StreamId;
use eventsourcing::prelude::*;
use eventsourcing::store::{Commit, EventStore};
use pollster::block_on;
use proptest::prelude::*;

use super::chest::{POISON, chest};

/// What happens to the chest of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    Opened(u8),
    Put(u8, &'static str, u64),
    Taken(u8, &'static str, u64),
    Emptied(u8, &'static str),
    /// An event without its fields.
    Broken(u8),
    /// An event of a later release.
    Unknown(u8),
}

pub(super) fn store_step(store: &MemoryStore, step: Step, versions: &mut BTreeMap<u8, u64>) {
    let fields = |what: &str, amount: u64| format!(r#"{{"what":{what:?},"amount":{amount}}}"#);
    let (number, name, json) = match step {
        Step::Opened(number) => (number, "Opened", "{}".to_owned()),
        Step::Put(number, what, amount) => (number, "Put", fields(what, amount)),
        Step::Taken(number, what, amount) => (number, "Taken", fields(what, amount)),
        Step::Emptied(number, what) => (number, "Emptied", format!(r#"{{"what":{what:?}}}"#)),
        Step::Broken(number) => (number, "Put", "{}".to_owned()),
        Step::Unknown(number) => (number, "Locked", "{}".to_owned()),
    };
    let version = versions.entry(number).or_default();
    let mut commit = Commit::new();
    let append = commit.append(StreamId::new("Chest", chest(number).as_uuid()), *version).unwrap();
    append.event(name, 1, json.as_bytes()).unwrap();
    block_on(store.commit(commit)).unwrap();
    *version += 1;
}

pub(super) fn step(is_broken: bool) -> impl Strategy<Value = Step> {
    let number = || 0..4_u8;
    let what = || prop_oneof![Just("gold"), Just("select"), Just("it's \"{a}\"")];
    // Twice the last is more than a column takes.
    let amount = || prop_oneof![9 => 1..50_u64, 1 => Just(POISON), 1 => Just(i64::MAX.unsigned_abs() / 2 + 1)];
    prop_oneof![
        4 => number().prop_map(Step::Opened),
        8 => (number(), what(), amount()).prop_map(|(number, what, amount)| Step::Put(number, what, amount)),
        4 => (number(), what(), amount()).prop_map(|(number, what, amount)| Step::Taken(number, what, amount)),
        2 => (number(), what()).prop_map(|(number, what)| Step::Emptied(number, what)),
        u32::from(is_broken) => number().prop_map(Step::Broken),
    ]
}
