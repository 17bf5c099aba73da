//! The random steps.

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

pub(crate) const AGGREGATES: [&str; 3] = ["Account", "account", "Account "];
const EVENTS: [&str; 3] = ["Opened", "Deposited", "Closed"];
pub(crate) const IDS: u8 = 2;

/// One thing to do to both stores.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Commit {
        id: Name,
        appends: Vec<NewAppend>,
        metadata: Option<u8>,
    },
    /// The same commit again, perhaps long after.
    Again {
        which: Index,
    },
    ReadStream {
        stream: usize,
        from: u64,
        to: u64,
        backward: bool,
        limit: usize,
        cut: usize,
        through: Calls,
    },
    ReadLog {
        after: u64,
        aggregates: Vec<&'static str>,
        events: Vec<&'static str>,
        limit: usize,
        cut: usize,
        through: Calls,
    },
    Reopen,
}

/// Where the id of a commit comes from.
#[derive(Clone, Debug)]
pub(crate) enum Name {
    Made,
    Given(u8),
    /// Given, and that of a commit which was sent before.
    Known(Index),
}

/// The expected version of an append, from what the stream is at by then.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    Right,
    Off(i8),
    Huge,
}

#[derive(Clone, Debug)]
pub(crate) struct NewAppend {
    pub(crate) stream: usize,
    pub(crate) expected: Expected,
    pub(crate) events: Vec<(&'static str, u32, Vec<u8>)>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Calls {
    Async,
    Blocking,
}

fn calls() -> impl Strategy<Value = Calls> {
    prop_oneof![Just(Calls::Async), Just(Calls::Blocking)]
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![12 => 0_u64..30, 1 => Just(i64::MAX as u64), 1 => Just(u64::MAX)]
}

fn limit() -> impl Strategy<Value = usize> {
    prop_oneof![8 => 1_usize..12, 2 => Just(1024), 1 => Just(usize::MAX)]
}

fn append() -> impl Strategy<Value = NewAppend> {
    let expected =
        prop_oneof![16 => Just(Expected::Right), 3 => (-2_i8..3).prop_map(Expected::Off), 1 => Just(Expected::Huge)];
    let payload = prop_oneof![3 => Just(b"{}".to_vec()), 1 => prop::collection::vec(any::<u8>(), 0..40)];
    let event = (prop::sample::select(&EVENTS), 1_u32..4, payload);
    let stream = 0..AGGREGATES.len() * usize::from(IDS);
    (stream, expected, prop::collection::vec(event, 0..5)).prop_map(|(stream, expected, events)| NewAppend {
        stream,
        expected,
        events,
    })
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let id = prop_oneof![6 => Just(Name::Made), 2 => (0_u8..6).prop_map(Name::Given), 1 => any::<Index>().prop_map(Name::Known)];
    let commit = (id, prop::collection::vec(append(), 0..4), prop::option::of(any::<u8>()))
        .prop_map(|(id, appends, metadata)| Step::Commit { id, appends, metadata });
    let stream = 0..AGGREGATES.len() * usize::from(IDS);
    let read_stream = (stream, number(), number(), any::<bool>(), limit(), 1_usize..20, calls()).prop_map(
        |(stream, from, to, backward, limit, cut, through)| Step::ReadStream {
            stream,
            from,
            to,
            backward,
            limit,
            cut,
            through,
        },
    );
    let names = (subsequence(&AGGREGATES, 0..=3), subsequence(&EVENTS, 0..=3));
    let read_log = (number(), names, limit(), 1_usize..20, calls()).prop_map(
        |(after, (aggregates, events), limit, cut, through)| Step::ReadLog {
            after,
            aggregates,
            events,
            limit,
            cut,
            through,
        },
    );
    prop_oneof![
        20 => commit,
        4 => any::<Index>().prop_map(|which| Step::Again { which }),
        4 => read_stream,
        4 => read_log,
        1 => Just(Step::Reopen),
    ]
}
