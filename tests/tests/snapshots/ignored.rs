//! Snapshots that are not believed: the state is folded from the events, and a warning says why.

use eventsourcing::store::{Commit, StoredSnapshot};

use crate::spy::{Gives, Spy};
use crate::warnings::warnings;
use crate::{Tally, saved, stream, tallies};

/// Loads a tally while the store gives this snapshot, and says what was warned of.
#[track_caller]
fn loads(spy: &Spy, tally: &Tally, gives: Gives) -> String {
    use eventsourcing::Aggregate as _;

    spy.gives(gives);
    let (loaded, warned) = warnings(|| tallies(spy).get(tally.id()));
    assert_eq!(loaded.unwrap(), *tally);
    assert!(warned.len() <= 1, "{warned:?}");
    warned.concat()
}

fn first(spy: &Spy) -> StoredSnapshot {
    spy.kept().remove(0)
}

#[test]
fn one_that_is_damaged_anywhere() {
    let spy = Spy::default();
    let tally = saved(&spy, 5);
    let sound = first(&spy);
    assert_eq!(loads(&spy, &tally, Gives::This(sound.clone())), "", "a sound one is believed without a word");
    for at in 0..sound.state.len() {
        for bit in 0..8 {
            let mut damaged = sound.clone();
            damaged.state[at] ^= 1 << bit;
            let warned = loads(&spy, &tally, Gives::This(damaged));
            assert!(warned.contains("a snapshot is ignored"), "byte {at}: {warned}");
        }
    }
    for len in 0..sound.state.len() {
        let cut = StoredSnapshot { state: sound.state[..len].to_vec(), ..sound.clone() };
        assert!(loads(&spy, &tally, Gives::This(cut)).contains("it is damaged"), "{len} bytes");
    }
    let longer = StoredSnapshot { state: [&*sound.state, b" "].concat(), ..sound };
    assert!(loads(&spy, &tally, Gives::This(longer)).contains("it is damaged"));
}

#[test]
fn one_that_is_not_where_it_was_cut() {
    let spy = Spy::default();
    let (tally, _other) = (saved(&spy, 5), saved(&spy, 5));
    let (of_tally, of_other) = (first(&spy), spy.kept().remove(1));
    assert_ne!(of_tally.stream, of_other.stream);
    let moved = [
        (StoredSnapshot { version: 4.into(), ..of_tally.clone() }, "it is damaged"),
        (StoredSnapshot { fingerprint: uuid::Uuid::nil(), ..of_tally }, "other code has cut it"),
        (of_other, "it is damaged"),
    ];
    for (snapshot, why) in moved {
        assert!(loads(&spy, &tally, Gives::This(snapshot)).contains(why));
    }
}

/// As after an older copy of the store was put back, and another way was taken from there.
#[test]
fn one_that_its_stream_has_not_come_to_or_left_behind() {
    use eventsourcing::Aggregate as _;

    let spy = Spy::default();
    let tally = saved(&spy, 7);
    let ahead = spy.kept().pop().unwrap();
    assert_eq!(ahead.version, 6);

    let older = Spy::default();
    let append = |from: u64, events: &[(&'static str, &str)]| {
        let mut commit = Commit::new();
        let mut append = commit.append(stream(tally.id()), from).unwrap();
        for (name, payload) in events {
            append = append.event(*name, 1, payload.as_bytes()).unwrap();
        }
        older.blocking().commit(commit).unwrap();
    };
    append(0, &[("Begun", r#"{"label":"counted"}"#), ("Added", r#"{"number":1}"#)]);
    older.blocking().save_snapshot(ahead).unwrap();
    let (restored, warned) = warnings(|| tallies(&older).get(tally.id()).unwrap());
    assert_eq!((restored.version(), restored.last), (2.into(), Some(1)));
    assert!(matches!(&*warned, [warning] if warning.contains("it is ahead of its stream")), "{warned:?}");

    append(2, &[("Reset", "{}"), ("Added", r#"{"number":9}"#), ("Reset", "{}"), ("Added", r#"{"number":8}"#)]);
    append(6, &[("Added", r#"{"number":7}"#)]);
    let (another, warned) = warnings(|| tallies(&older).get(tally.id()).unwrap());
    assert_eq!((another.version(), another.last), (7.into(), Some(7)));
    assert_eq!(another.seen.len(), 2, "nothing of the snapshot is in it");
    assert_eq!(warned.len(), 1, "{warned:?}");
}

#[test]
fn all_of_a_store_that_fails_to_read_them() {
    let spy = Spy::default();
    let tally = saved(&spy, 5);
    assert!(loads(&spy, &tally, Gives::Failure).contains("on purpose"));
    assert_eq!(loads(&spy, &tally, Gives::Nothing), "");
}

/// The same aggregate, as other releases have it: the fields of its state, what is nested in it, its first event, and what the second does itself and
/// by way of others.
#[allow(dead_code, reason = "each is read, and one is written")]
mod releases {
    use eventsourcing::prelude::*;
    use serde::{Deserialize, Serialize};

    macro_rules! release {
        ($name:ident, { $($field:ident: $ty:ty),* }, $nested:ty, [$($event:tt)*], $by:expr, $step:literal) => {
            pub(super) mod $name {
                use super::*;

                #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Schema)]
                pub(crate) struct Nested {
                    number: $nested,
                }

                #[derive(Aggregate, Clone, Debug, PartialEq)]
                #[aggregate(name = "released", snapshot_every = 1)]
                pub(crate) struct Released {
                    root: Root<Self>,
                    nested: Nested,
                    changed: u64,
                    $($field: $ty,)*
                }

                #[events]
                impl Released {
                    #[event($($event)*)]
                    pub(crate) fn make() -> Self {
                        Self { root: Root::new(), nested: Nested::default(), changed: 0, $($field: Default::default()),* }
                    }

                    #[event(Changed)]
                    pub(crate) fn change(&mut self) {
                        self.changed += $by + self.step();
                    }

                    const STEP: u64 = $step;

                    fn step(&self) -> u64 {
                        Self::STEP
                    }
                }
            }
        };
    }

    release!(base, { n: u32 }, u8, [Made], "ab".len() as u64, 1);
    release!(same, { n: u32 }, u8, [Made], "ab".len() as u64, 1);
    release!(field, { n: u32, m: Option<u8> }, u8, [Made], "ab".len() as u64, 1);
    release!(retyped, { n: u64 }, u8, [Made], "ab".len() as u64, 1);
    release!(nested, { n: u32 }, u16, [Made], "ab".len() as u64, 1);
    release!(alias, { n: u32 }, u8, [Made, alias = "Built"], "ab".len() as u64, 1);
    release!(body, { n: u32 }, u8, [Made], 2, 1);
    release!(space, { n: u32 }, u8, [Made], "a b".len() as u64, 1);
    release!(called, { n: u32 }, u8, [Made], "ab".len() as u64, 2);
    release!(revives, { n: u32 }, u8, [Made, revives], "ab".len() as u64, 1);
}

#[test]
fn one_of_other_code() {
    use eventsourcing::prelude::*;

    let spy = Spy::default();
    let mut made = releases::base::Released::make();
    made.change();
    Repository::new(spy.clone()).blocking().save(&mut made).unwrap();
    let id = made.id().as_uuid();
    spy.events_read();
    macro_rules! reads {
        ($($release:ident $events:literal)*) => {
            $({
                let released = Repository::<releases::$release::Released>::new(spy.clone()).blocking();
                let (loaded, warned) = warnings(|| released.get(id.into()));
                assert_eq!(loaded.unwrap().version(), 2, "{}", stringify!($release));
                assert_eq!(spy.events_read(), $events, "{}", stringify!($release));
                let is_warned = warned.iter().any(|warning| warning.contains("other code has cut it"));
                assert_eq!(is_warned, $events > 1, "{}: {warned:?}", stringify!($release));
            })*
        };
    }
    reads! { base 1 same 1 field 2 retyped 2 nested 2 alias 2 body 2 space 2 called 2 revives 2 }
}

#[test]
fn one_that_was_ignored_is_replaced_by_the_next_save() {
    use eventsourcing::Aggregate as _;

    let spy = Spy::default();
    let tally = saved(&spy, 4);
    let damaged = StoredSnapshot { state: b"?".to_vec(), ..first(&spy) };
    spy.blocking().save_snapshot(damaged).unwrap();
    let ((), warned) = warnings(|| tallies(&spy).update(tally.id(), |tally| tally.add(9)).unwrap());
    assert_eq!(warned.len(), 1);
    assert_eq!(spy.kept().pop().unwrap().version, 5, "not only at the next third event");
    let (loaded, warned) = warnings(|| tallies(&spy).get(tally.id()).unwrap());
    assert_eq!((loaded.version(), warned.len()), (5.into(), 0));
}
