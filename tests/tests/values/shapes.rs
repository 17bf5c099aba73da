//! What serde can do to a type, with random values.

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

/// What some values of do not come back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Odd {
    #[expect(clippy::option_option, reason = "what is refused")]
    twice: Option<Option<u8>>,
    units: Vec<Option<()>>,
    float: Option<f64>,
    short: f32,
    size: Size,
    inner: Inner,
    wide: Wide,
    percent: Percent,
    value: Option<serde_json::Value>,
    by_pair: BTreeMap<(u8, u8), u8>,
    by_option: BTreeMap<Option<u8>, u8>,
    #[serde(skip_serializing_if = "is_power_of_two")]
    left_out: u8,
    #[serde(default, skip_serializing_if = "is_power_of_two")]
    defaulted: u8,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Size {
    Small(u8),
    Large(i64),
    Exact(f64),
    Named { name: String },
    Other { name: String, other: Option<u8> },
    Text(String),
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Inner {
    id: u64,
    #[serde(flatten)]
    by_text: BTreeMap<String, i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub(crate) enum Wide {
    None,
    Units { units: u128 },
    Years(BTreeMap<u16, u8>),
    Texts(BTreeMap<String, u8>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub(crate) struct Percent(u8);

impl TryFrom<u8> for Percent {
    type Error = String;

    fn try_from(percent: u8) -> Result<Self, String> {
        if percent <= 100 { Ok(Self(percent)) } else { Err(format!("{percent} % is more than all")) }
    }
}

impl From<Percent> for u8 {
    fn from(Percent(percent): Percent) -> Self {
        percent
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_power_of_two(number: &u8) -> bool {
    number.is_power_of_two()
}

fn finite() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("JSON has no word for it", |float| float.is_finite())
}

fn finite_short() -> impl Strategy<Value = f32> {
    any::<u32>().prop_map(f32::from_bits).prop_filter("JSON has no word for it", |float| float.is_finite())
}

fn map<K: Ord + std::fmt::Debug, V: std::fmt::Debug>(
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

/// Each part is harmless more often than not, so that one fault does not hide all others.
pub(crate) fn odd() -> impl Strategy<Value = Odd> {
    fn seldom<T: Clone + std::fmt::Debug>(usual: T, other: impl Strategy<Value = T>) -> impl Strategy<Value = T> {
        prop_oneof![12 => Just(usual), 1 => other]
    }
    let any_float = || any::<u64>().prop_map(f64::from_bits);
    let size = prop_oneof![
        any::<u8>().prop_map(Size::Small),
        any::<i64>().prop_map(Size::Large),
        (-3_i64..300).prop_map(Size::Large),
        any_float().prop_map(Size::Exact),
        any::<String>().prop_map(|name| Size::Named { name }),
        any::<(String, Option<u8>)>().prop_map(|(name, other)| Size::Other { name, other }),
        any::<String>().prop_map(Size::Text),
        Just(Size::Nothing),
    ];
    let key = prop_oneof![Just("id".to_owned()), any::<String>()];
    let inner = (any::<u64>(), map(key, any::<i64>())).prop_map(|(id, by_text)| Inner { id, by_text });
    let text = prop_oneof![Just("kind".to_owned()), any::<String>()];
    let wide = prop_oneof![
        any::<u128>().prop_map(|units| Wide::Units { units }),
        map(any::<u16>(), any::<u8>()).prop_map(Wide::Years),
        map(text, any::<u8>()).prop_map(Wide::Texts),
    ];
    let value = prop_oneof![
        Just(serde_json::Value::Null),
        any::<Vec<i64>>().prop_map(serde_json::Value::from),
        any_float().prop_map(serde_json::Value::from),
    ];
    let first = (
        seldom(None, any::<Option<Option<u8>>>()),
        seldom(vec![], any::<Vec<Option<()>>>()),
        seldom(None, prop::option::of(any_float())),
        seldom(0.5, any::<u32>().prop_map(f32::from_bits)),
        seldom(Size::Small(1), size),
        seldom(Inner { id: 1, by_text: [].into() }, inner),
        seldom(Wide::None, wide),
    );
    let second = (
        seldom(Percent(1), any::<u8>().prop_map(Percent)),
        seldom(None, prop::option::of(value)),
        seldom([].into(), map(any::<(u8, u8)>(), any::<u8>())),
        seldom([].into(), map(any::<Option<u8>>(), any::<u8>())),
        seldom(3, any::<u8>()),
        seldom(3, any::<u8>()),
    );
    (first, second).prop_map(
        |(
            (twice, units, float, short, size, inner, wide),
            (percent, value, by_pair, by_option, left_out, defaulted),
        )| Odd {
            twice,
            units,
            float,
            short,
            size,
            inner,
            wide,
            percent,
            value,
            by_pair,
            by_option,
            left_out,
            defaulted,
        },
    )
}
