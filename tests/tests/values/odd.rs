//! What serde can do to a type and JSON does not always keep, with random values.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::shapes::map;

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
