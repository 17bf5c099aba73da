//! Numbers with a point: bit for bit, or refused.

use eventsourcing::SaveError;
use eventsourcing::error::EncodeError;
use eventsourcing::prelude::*;
use fastrand::Rng;

use crate::{Holder, comes_back_as, holders};

/// Ends of the ranges, and where parsers went wrong.
const EDGES: [f64; 14] = [
    0.0,
    -0.0,
    f64::MIN,
    f64::MAX,
    f64::MIN_POSITIVE,
    f64::EPSILON,
    5e-324,
    2.225_073_858_507_201e-308,
    9_007_199_254_740_993.0,
    1e23,
    117.633_311_394_000_17,
    0.1 + 0.2,
    1.0 / 3.0,
    -1e-7,
];

#[test]
fn twenty_thousand_random_ones_come_back_bit_for_bit() {
    let mut random = Rng::with_seed(12);
    let any = (0..20_000).map(|_| f64::from_bits(random.u64(..))).filter(|float| float.is_finite());
    let mut floats: Vec<_> = any.chain(EDGES).collect();
    floats.extend((0..20_000).map(|_| random.f64()));
    floats.extend((1..20_000).map(|cents| f64::from(cents) * 1.21));
    let bits = |floats: &[f64]| floats.iter().map(|float| float.to_bits()).collect::<Vec<_>>();
    let (by_event, by_snapshot) = comes_back_as(floats.clone());
    assert!(bits(&by_event) == bits(&floats), "by event");
    assert!(bits(&by_snapshot) == bits(&floats), "by snapshot");
}

#[test]
fn short_ones_too() {
    let mut random = Rng::with_seed(12);
    let floats: Vec<_> =
        (0..20_000).map(|_| f32::from_bits(random.u32(..))).filter(|float| float.is_finite()).collect();
    let bits = |floats: &[f32]| floats.iter().map(|float| float.to_bits()).collect::<Vec<_>>();
    let (by_event, by_snapshot) = comes_back_as(floats.clone());
    assert!(bits(&by_event) == bits(&floats), "by event");
    assert!(bits(&by_snapshot) == bits(&floats), "by snapshot");
}

#[test]
fn what_is_not_finite_is_refused_before_it_is_stored() {
    for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let holders = holders();
        let mut holder = Holder::hold(Some(float));
        let error = holders.save(&mut holder).unwrap_err();
        assert!(matches!(error, SaveError::Encode(EncodeError::NotReadable { event: "Held", .. })), "{error:?}");
        assert_eq!((holder.pending_events().len(), holders.contains(holder.id()).unwrap()), (1, false));
    }
}
