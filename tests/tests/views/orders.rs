//! Rows in another order than that of their keys, and parts of them: equal to what sorting all of them gives.

use std::cmp::Ordering;
use std::future::IntoFuture;

use eventsourcing::prelude::*;
use eventsourcing::runner::Rows;
use pollster::block_on;

use crate::target::{Target, with_each_target};

#[derive(Aggregate)]
pub(crate) struct Parcel {
    root: Root<Self>,
}

#[events]
impl Parcel {
    #[event(Weighed)]
    pub(crate) fn weigh(street: &str, number: i64, grams: Option<f64>, label: &str) -> Self {
        let _ = (street, number, grams, label);
        Self { root: Root::new() }
    }
}

#[derive(View, Clone, Debug, PartialEq)]
pub(crate) struct Sent {
    #[view(key)]
    street: String,
    #[view(key)]
    number: i64,
    #[view(index)]
    grams: Option<f64>,
    #[view(index)]
    label: String,
}

#[projection(version = 1)]
impl Sent {
    #[on(ParcelEvent::Weighed, key = (street.to_owned(), number))]
    fn weighed(street: &str, number: i64, grams: Option<f64>, label: &str) -> Self {
        Self { street: street.to_owned(), number, grams, label: label.to_owned() }
    }
}

with_each_target! {
    any_part_in_any_order_is_that_of_all_rows_sorted,
}

impl Sent {
    fn key(&self) -> (String, i64) {
        (self.street.clone(), self.number)
    }
}

type Order = (&'static str, fn(Rows<Sent>) -> Rows<Sent>, fn(&Sent, &Sent) -> Ordering);

const ORDERS: [Order; 3] = [
    ("key", |rows| rows, |_, _| Ordering::Equal),
    ("weight", |rows| rows.order_by(Sent::GRAMS), |one, other| one.grams.partial_cmp(&other.grams).unwrap()),
    ("label", |rows| rows.order_by(Sent::LABEL), |one, other| one.label.cmp(&other.label)),
];

fn any_part_in_any_order_is_that_of_all_rows_sorted(target: &Target) {
    let store = MemoryStore::new();
    let parcels = Repository::<Parcel>::new(store.clone()).blocking();
    let weights = [None, Some(-0.0), Some(0.0), Some(-1.5), Some(f64::MAX), Some(f64::MIN)];
    let grams = weights.into_iter().cycle();
    let labels = ["", "b", "B", "\u{e4}", "a"].into_iter().cycle();
    let streets = ["east", "West", ""].into_iter().cycle();
    for (number, ((grams, label), street)) in (0..60).zip(grams.zip(labels).zip(streets)) {
        parcels.save(&mut Parcel::weigh(street, number * 7 % 60 - 30, grams, label)).unwrap();
    }
    let views = target.views().with::<Sent>();
    let running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    let all = block_on(views.all::<Sent>().into_future()).unwrap();
    assert_eq!(all.len(), 60);
    assert!(all.is_sorted_by_key(Sent::key));
    for (name, in_order, compare) in ORDERS {
        for (is_backward, is_filtered, is_after) in (0..8).map(|bits| (bits & 1 > 0, bits & 2 > 0, bits & 4 > 0)) {
            let last = ("West".to_owned(), -7);
            let is_beyond = |row: &Sent| if is_backward { row.key() < last } else { row.key() > last };
            let mut expected = all.clone();
            expected.retain(|row| (!is_filtered || row.label == "b") && (!is_after || is_beyond(row)));
            expected.sort_by(compare);
            if is_backward {
                expected.sort_by(|one, other| compare(other, one).then(other.key().cmp(&one.key())));
            }
            let asked = || {
                let mut rows = in_order(views.all::<Sent>());
                rows = if is_backward { rows.backward() } else { rows };
                rows = if is_filtered { rows.by(Sent::LABEL, "b") } else { rows };
                if is_after { rows.after(last.clone()) } else { rows }
            };
            let what = format!("{name} {is_backward} {is_filtered} {is_after}");
            assert_eq!(block_on(asked().into_future()).unwrap(), expected, "{what}");
            let count = block_on(asked().skip(3).limit(1).count()).unwrap();
            assert_eq!(count, expected.len() as u64, "{what}");
            for (skip, limit) in [(0, 5), (3, 4), (7, usize::MAX), (usize::MAX, 1), (1_000, 1), (2, 0)] {
                let part = block_on(asked().skip(skip).limit(limit).into_future()).unwrap();
                assert_eq!(
                    part,
                    expected.iter().skip(skip).take(limit).cloned().collect::<Vec<_>>(),
                    "{what} {skip} {limit}"
                );
            }
        }
    }
    running.stop_blocking();
}
