//! What is lost by writing it, so that what is read is written as the same again: found by `==`.

use std::time::Duration;

use eventsourcing::error::{EncodeError, SnapshotError};
use eventsourcing::prelude::*;
use eventsourcing::{Apply, SaveError};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Stored as whole seconds, as many a `with` does it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Time(#[serde(with = "seconds")] Duration);

mod seconds {
    use super::{Deserialize, Deserializer, Duration, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        time.as_secs().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_secs)
    }
}

/// A price whose crate stores it as a float, because another crate has turned that feature on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Price(i128);

impl Serialize for Price {
    #[expect(clippy::cast_precision_loss, reason = "what is to be found")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64)
    }
}

impl<'de> Deserialize<'de> for Price {
    #[expect(clippy::cast_possible_truncation, reason = "what is to be found")]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(|price| Self(price as i128))
    }
}

/// A type of another crate, of which one field is not stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Cached {
    text: String,
    #[serde(skip)]
    len: usize,
}

/// Numbers that are sorted when they are read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Sorted(#[serde(deserialize_with = "sorted")] Vec<u8>);

fn sorted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let mut numbers = Vec::deserialize(deserializer)?;
    numbers.sort_unstable();
    Ok(numbers)
}

/// A float as a text, also one that is no number and equal to nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Exact(f64);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// Not to be compared by `==`, and written for human readers only.
#[derive(Clone, Debug)]
struct Human;

impl Serialize for Human {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str("human")
        } else {
            Err(serde::ser::Error::custom("there is no other form"))
        }
    }
}

impl<'de> Deserialize<'de> for Human {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|_| Self)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Left {
    human: Human,
    #[serde(default = "three", skip_serializing_if = "is_four")]
    number: u8,
}

const fn three() -> u8 {
    3
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_four(number: &u8) -> bool {
    *number == 4
}

#[derive(Aggregate, Clone, Debug)]
#[aggregate(name = "case", snapshot)]
struct Case {
    root: Root<Self>,
    id: u64,
    #[aggregate(opaque)]
    time: Option<Time>,
    #[aggregate(opaque)]
    cached: Cached,
}

#[events]
impl Case {
    #[event(Begun)]
    fn begin() -> Self {
        Self { root: Root::new(), id: 1, time: None, cached: Cached::default() }
    }

    #[event(Timed)]
    fn time(&mut self, id: u64, time: Time) {
        (self.id, self.time) = (id, Some(time));
    }

    #[event(Priced)]
    fn price(&mut self, id: u64, price: Price) {
        let _ = (id, price);
    }

    #[event(Described)]
    fn describe(&mut self, cached: &Cached) {
        self.cached = cached.clone();
    }

    #[event(Measured)]
    fn measure(&mut self, exact: Exact, sorted: Sorted) {
        let _ = (exact, sorted);
    }

    #[event(Left)]
    fn leave(&mut self, left: Left) {
        let _ = left;
    }

    /// Makes a part of the state of a field that comes back.
    #[event(Shortened)]
    fn shorten(&mut self, millis: u64, text: &str) {
        self.time = Some(Time(Duration::from_millis(millis)));
        self.cached = Cached { text: text.to_owned(), len: text.len() };
    }
}

/// An enum of a user's own, whose events are no `PartialEq`.
#[event]
enum DoorEvent {
    Hung { human: Human, time: Time },
}

#[derive(Aggregate)]
#[aggregate(event = DoorEvent, name = "door")]
struct Door {
    root: Root<Self>,
}

impl Apply for Door {
    type Event = DoorEvent;

    fn create(_: DoorEvent) -> Option<Self> {
        Some(Self { root: Root::new() })
    }

    fn apply(&mut self, _: DoorEvent) {}
}

/// The field that is blamed, if the event is refused.
fn refused(record: impl FnOnce(&mut Case)) -> Option<String> {
    let cases = Repository::<Case>::new(MemoryStore::new()).blocking();
    let mut case = Case::begin();
    cases.save(&mut case).unwrap();
    record(&mut case);
    match cases.save(&mut case) {
        Ok(_) => None,
        Err(SaveError::Encode(EncodeError::Changed { field, .. })) => {
            assert_eq!((case.pending_events().len(), cases.get(case.id()).unwrap().version()), (1, 1.into()));
            Some(field.unwrap())
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_part_of_a_second() {
    assert_eq!(refused(|case| case.time(1, Time(Duration::from_secs(5)))), None);
    assert_eq!(refused(|case| case.time(1, Time(Duration::from_millis(5001)))).as_deref(), Some("time"));
    let mut door = Door::begin(DoorEvent::Hung { human: Human, time: Time(Duration::from_millis(1)) }).unwrap();
    let error = Repository::new(MemoryStore::new()).blocking().save(&mut door).unwrap_err();
    assert!(error.to_string().contains("in field `time`"), "{error}");
}

#[test]
fn the_last_digits_of_a_price() {
    assert_eq!(refused(|case| case.price(1, Price(1 << 53))), None);
    assert_eq!(refused(|case| case.price(1, Price((1 << 53) + 1))).as_deref(), Some("price"));
}

#[test]
fn a_field_that_is_not_stored() {
    assert_eq!(refused(|case| case.describe(&Cached { text: "a".to_owned(), len: 0 })), None);
    assert_eq!(refused(|case| case.describe(&Cached { text: "a".to_owned(), len: 1 })).as_deref(), Some("cached"));
}

#[test]
fn an_order_that_reading_changes() {
    assert_eq!(refused(|case| case.measure(Exact(1.0), Sorted(vec![1, 2]))), None);
    assert_eq!(refused(|case| case.measure(Exact(1.0), Sorted(vec![2, 1]))).as_deref(), Some("sorted"));
}

#[test]
fn what_is_equal_to_nothing_is_not_blamed() {
    assert_eq!(refused(|case| case.measure(Exact(f64::NAN), Sorted::default())), None);
    assert_eq!(refused(|case| case.measure(Exact(f64::NAN), Sorted(vec![2, 1]))).as_deref(), Some("sorted"));
}

#[test]
fn what_has_a_form_for_human_readers_alone() {
    assert_eq!(refused(|case| case.leave(Left { human: Human, number: 2 })), None);
    let cases = Repository::<Case>::new(MemoryStore::new()).blocking();
    let mut case = Case::begin();
    case.leave(Left { human: Human, number: 4 });
    let error = cases.save(&mut case).unwrap_err();
    assert!(matches!(error, SaveError::Encode(EncodeError::Changed { event: "Left", .. })), "{error:?}");
}

#[test]
fn a_state_that_loses_something_is_not_kept() {
    let snapshot = |millis, text: &str| {
        let cases = Repository::<Case>::new(MemoryStore::new()).blocking();
        let mut case = Case::begin();
        case.shorten(millis, text);
        cases.save(&mut case).unwrap();
        match cases.take_snapshot(case.id()) {
            Ok(_) => None,
            Err(SnapshotError::State { source, .. }) => Some(source.to_string()),
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!(snapshot(5000, ""), None);
    assert!(snapshot(5001, "").unwrap().ends_with("in field `time`"));
    assert!(snapshot(5000, "a").unwrap().ends_with("in field `cached`"));
}
