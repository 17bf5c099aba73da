//! What serde can do to a type and JSON keeps, with random values.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::num::NonZero;
use std::time::Duration;

use eventsourcing::{Bytes, Schema};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What comes back whatever its values are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Schema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Sound {
    signed: (i8, i16, i32, i64, i128),
    unsigned: (u8, u16, u32, u64, u128),
    #[serde(alias = "reals")]
    floats: (f32, f64),
    texts: (char, String, Cow<'static, str>, bool, ()),
    #[serde(rename = "it's \"quoted\" \\ \u{1F980}")]
    optional: Option<Box<Self>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lists: Vec<Option<Vec<i64>>>,
    sets: (BTreeSet<String>, HashSet<i64>, [u8; 3]),
    by_text: HashMap<String, BTreeMap<i64, Option<f64>>>,
    #[expect(clippy::type_complexity, reason = "all kinds of keys")]
    by_other: (BTreeMap<u8, bool>, BTreeMap<char, u8>, BTreeMap<bool, u8>, BTreeMap<Colour, u8>, BTreeMap<Uuid, u8>),
    kinds: Vec<Kind>,
    bytes: Bytes,
    foreign: (Duration, IpAddr, NonZero<u32>, Uuid),
    adjacent: Adjacent,
    tagged: Tagged,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub(crate) enum Colour {
    DarkRed,
    Green,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Schema)]
pub(crate) enum Kind {
    Unit,
    Newtype(String),
    Tuple(i64, Option<f64>),
    Struct { value: Option<u64>, kinds: Vec<Self> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Schema)]
#[serde(tag = "t", content = "c")]
pub(crate) enum Adjacent {
    Unit,
    Pair(u8, String),
    Float { value: f64 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Schema)]
#[serde(tag = "kind")]
pub(crate) enum Tagged {
    None,
    Some { value: i64, float: f64 },
}

fn finite() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("JSON has no word for it", |float| float.is_finite())
}

fn finite_short() -> impl Strategy<Value = f32> {
    any::<u32>().prop_map(f32::from_bits).prop_filter("JSON has no word for it", |float| float.is_finite())
}

pub(crate) fn map<K: Ord + std::fmt::Debug, V: std::fmt::Debug>(
    key: impl Strategy<Value = K>,
    value: impl Strategy<Value = V>,
) -> impl Strategy<Value = BTreeMap<K, V>> {
    prop::collection::btree_map(key, value, 0..4)
}

fn list<T: std::fmt::Debug>(of: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(of, 0..4)
}

fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn kind() -> impl Strategy<Value = Kind> {
    let leaf = prop_oneof![
        Just(Kind::Unit),
        any::<String>().prop_map(Kind::Newtype),
        (any::<i64>(), prop::option::of(finite())).prop_map(|(number, float)| Kind::Tuple(number, float)),
    ];
    leaf.prop_recursive(3, 8, 3, |kind| {
        (any::<Option<u64>>(), list(kind)).prop_map(|(value, kinds)| Kind::Struct { value, kinds })
    })
}

fn without_inner() -> impl Strategy<Value = Sound> {
    let foreign = (any::<Duration>(), any::<IpAddr>(), 1..u32::MAX, uuid())
        .prop_map(|(duration, ip, number, uuid)| (duration, ip, NonZero::new(number).unwrap(), uuid));
    let colour = prop_oneof![Just(Colour::DarkRed), Just(Colour::Green)];
    let adjacent = prop_oneof![
        Just(Adjacent::Unit),
        any::<(u8, String)>().prop_map(|(number, text)| Adjacent::Pair(number, text)),
        finite().prop_map(|value| Adjacent::Float { value }),
    ];
    let tagged = prop_oneof![
        Just(Tagged::None),
        (any::<i64>(), finite()).prop_map(|(value, float)| Tagged::Some { value, float })
    ];
    let texts = any::<(char, String, String, bool)>()
        .prop_map(|(char, text, cow, bool)| (char, text, Cow::Owned(cow), bool, ()));
    let by_text = prop::collection::hash_map(any::<String>(), map(any::<i64>(), prop::option::of(finite())), 0..4);
    let by_other = (
        map(any::<u8>(), any::<bool>()),
        map(any::<char>(), any::<u8>()),
        map(any::<bool>(), any::<u8>()),
        map(colour, any::<u8>()),
        map(uuid(), any::<u8>()),
    );
    let sets = (
        prop::collection::btree_set(any::<String>(), 0..4),
        prop::collection::hash_set(any::<i64>(), 0..9),
        any::<[u8; 3]>(),
    );
    let head =
        (any::<(i8, i16, i32, i64, i128)>(), any::<(u8, u16, u32, u64, u128)>(), (finite_short(), finite()), texts);
    let lists = list(prop::option::of(list(any::<i64>())));
    let bytes = prop::collection::vec(any::<u8>(), 0..40).prop_map(Bytes::from);
    (head, lists, sets, by_text, by_other, list(kind()), bytes, foreign, adjacent, tagged).prop_map(
        |(
            (signed, unsigned, floats, texts),
            lists,
            sets,
            by_text,
            by_other,
            kinds,
            bytes,
            foreign,
            adjacent,
            tagged,
        )| Sound {
            signed,
            unsigned,
            floats,
            texts,
            optional: None,
            lists,
            sets,
            by_text,
            by_other,
            kinds,
            bytes,
            foreign,
            adjacent,
            tagged,
        },
    )
}

pub(crate) fn sound() -> impl Strategy<Value = Sound> {
    (without_inner(), prop::option::of(without_inner()))
        .prop_map(|(sound, inner)| Sound { optional: inner.map(Box::new), ..sound })
}
