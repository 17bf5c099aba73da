//! What is stored by a program with features of `serde_json`, and by one without.

use std::collections::HashMap;

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sound {
    pub(crate) floats: (f32, Vec<f64>),
    numbers: (u64, i64, u128, i128),
    by_number: HashMap<u32, Option<f64>>,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub(crate) enum Tagged {
    None,
    Whole { number: i64 },
    Some { number: f64 },
}

#[derive(Aggregate, Debug)]
#[aggregate(snapshot)]
pub(crate) struct Holder {
    root: Root<Self>,
    #[aggregate(opaque)]
    pub(crate) sound: Sound,
}

#[events]
impl Holder {
    #[event(Held)]
    pub(crate) fn hold(sound: &Sound) -> Self {
        Self { root: Root::new(), sound: sound.clone() }
    }

    #[event(Tagged)]
    pub(crate) fn tag(&mut self, tagged: Tagged) {
        let _ = tagged;
    }
}

/// Values that are hard to write, and this one.
pub(crate) fn sound(value: &Value) -> Sound {
    let floats = vec![117.633_311_394_000_17, -0.0, 5e-324, f64::MAX, 0.1 + 0.2];
    let deep = (0..120).fold(json!(1.5), |value, _| json!([value]));
    Sound {
        floats: (f32::MIN_POSITIVE, floats),
        numbers: (u64::MAX, i64::MIN, u128::MAX, i128::MIN),
        by_number: [(7, Some(0.3)), (8, None)].into(),
        value: json!({ "z": 1e300, "a": value, "deep": deep }),
    }
}

/// Bit by bit.
pub(crate) fn assert_same(holder: &Holder, sound: &Sound) {
    let bits = |sound: &Sound| sound.floats.1.iter().map(|float| float.to_bits()).collect::<Vec<_>>();
    assert_eq!(holder.sound, *sound);
    assert_eq!(bits(&holder.sound), bits(sound));
}
