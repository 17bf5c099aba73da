//! Values that a column refuses: the row is parked, and no value is kept as another.

use eventsourcing::prelude::*;
use pollster::block_on;
use serde::{Deserialize, Serialize};

use crate::target::{Target, with_each_target};

#[derive(Aggregate)]
pub(crate) struct Reading {
    root: Root<Self>,
}

#[events]
impl Reading {
    #[event(Taken)]
    pub(crate) fn take(count: u64, sum: f64, label: &str) -> Self {
        let _ = (count, sum, label);
        Self { root: Root::new() }
    }
}

/// What serde keeps as a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kelvin(f64);

#[derive(View, Clone, Debug, PartialEq)]
pub(crate) struct Average {
    #[view(key)]
    id: Id<Reading>,
    #[view(index)]
    count: u64,
    mean: f64,
    kelvin: Kelvin,
    label: String,
}

#[projection(version = 1)]
impl Average {
    #[on(ReadingEvent::Taken)]
    fn taken(at: &At<Reading>, count: u64, sum: f64, label: &str) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "it is a mean")]
        let mean = sum / count as f64;
        let kelvin = Kelvin(if label == "absolute" { f64::NAN } else { 1.0 });
        Self { id: at.id(), count, mean, kelvin, label: label.to_owned() }
    }
}

/// What serde keeps as a whole number, a number with a fraction, or text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Level {
    Whole(i64),
    Part(f64),
    Word(String),
}

#[derive(View, Clone, Debug, PartialEq)]
pub(crate) struct Levels {
    #[view(key)]
    id: Id<Reading>,
    #[view(index)]
    level: Level,
    #[view(index)]
    sum: f64,
}

#[projection(version = 1)]
impl Levels {
    #[on(ReadingEvent::Taken)]
    fn taken(at: &At<Reading>, count: u64, sum: f64, label: &str) -> Self {
        let level = match label {
            "whole" => Level::Whole(count.cast_signed()),
            "part" => Level::Part(sum),
            word => Level::Word(word.to_owned()),
        };
        Self { id: at.id(), level, sum }
    }
}

with_each_target! {
    what_is_looked_up_is_what_equals_it,
    what_a_column_refuses_parks_its_row,
    what_a_column_takes_comes_back_bit_for_bit,
    what_an_index_cannot_hold_is_not_looked_up,
}

fn read(views: &Views, readings: &mut [Reading]) -> eventsourcing::runner::Running {
    let store = MemoryStore::new();
    let repository = Repository::<Reading>::new(store.clone()).blocking();
    for reading in readings {
        repository.save(reading).unwrap();
    }
    let running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    running
}

fn what_a_column_refuses_parks_its_row(target: &Target) {
    let views = target.views().with::<Average>();
    let refused = [
        (Reading::take(1 << 63, 1.0, ""), "`count`", "9223372036854775807"),
        (Reading::take(u64::MAX, 1.0, ""), "`count`", "18446744073709551615"),
        (Reading::take(0, 0.0, ""), "`mean`", "NaN"),
        (Reading::take(1, 0.0, "absolute"), "`kelvin`", "NaN"),
        (Reading::take(1, 0.0, "a\0b"), "`label`", "NUL"),
    ];
    let (mut readings, said): (Vec<_>, Vec<_>) =
        refused.into_iter().map(|(reading, column, why)| (reading, [column, why])).unzip();
    readings.push(Reading::take(2, 3.0, "sound"));
    let running = read(&views, &mut readings);
    let parked = block_on(views.parked::<Average>()).unwrap();
    assert_eq!(parked.len(), said.len(), "{parked:?}");
    for (reading, said) in readings.iter().zip(said) {
        let row = parked.iter().find(|row| row.key == reading.id()).unwrap();
        assert!(said.iter().all(|said| row.error.contains(said)), "{said:?}: {}", row.error);
        assert_eq!(block_on(views.get::<Average>(reading.id())).unwrap(), None);
    }
    let rows = block_on(views.all::<Average>().into_future()).unwrap();
    assert_eq!(rows.iter().map(|row| (&*row.label, row.mean)).collect::<Vec<_>>(), [("sound", 1.5)]);
    running.stop_blocking();
}

fn what_a_column_takes_comes_back_bit_for_bit(target: &Target) {
    let views = target.views().with::<Average>();
    let largest = i64::MAX as u64;
    let sums = [f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, -0.0, 0.1 + 0.2];
    let mut readings: Vec<_> = sums.iter().map(|sum| Reading::take(1, *sum, "\u{1}\u{10ffff}'\"")).collect();
    readings.push(Reading::take(largest, 1.0, ""));
    let running = read(&views, &mut readings);
    for (reading, sum) in readings.iter().zip(sums) {
        let row = block_on(views.get::<Average>(reading.id())).unwrap().unwrap();
        assert_eq!((row.mean.to_bits(), &*row.label), (sum.to_bits(), "\u{1}\u{10ffff}'\""));
    }
    let last = block_on(views.get::<Average>(readings.last().unwrap().id())).unwrap().unwrap();
    assert_eq!(last.count, largest);
    running.stop_blocking();
}

fn what_an_index_cannot_hold_is_not_looked_up(target: &Target) {
    let views = target.views().with::<Average>();
    let running = read(&views, &mut [Reading::take(1, 1.0, "")]);
    assert_eq!(block_on(views.all::<Average>().by(Average::COUNT, 1_u64).into_future()).unwrap().len(), 1);
    // No row has it, or it is an error; a row with another is not found.
    let beyond = block_on(views.all::<Average>().by(Average::COUNT, u64::MAX).into_future());
    assert!(beyond.as_ref().map_or(true, Vec::is_empty), "{beyond:?}");
    running.stop_blocking();
}

fn what_is_looked_up_is_what_equals_it(target: &Target) {
    let views = target.views().with::<Levels>();
    let taken = [(1, 0.0, "whole"), (0, 1.0, "part"), (0, -0.0, "part"), (0, 0.0, "whole"), (0, 0.5, "1")];
    let mut readings: Vec<_> = taken.iter().map(|(count, sum, label)| Reading::take(*count, *sum, label)).collect();
    let running = read(&views, &mut readings);
    let rows = block_on(views.all::<Levels>().into_future()).unwrap();
    let levels = [Level::Whole(1), Level::Part(1.0), Level::Part(0.0), Level::Whole(0), Level::Word("1".to_owned())];
    for level in levels {
        let found = block_on(views.all::<Levels>().by(Levels::LEVEL, level.clone()).into_future()).unwrap();
        let expected: Vec<_> = rows.iter().filter(|row| row.level == level).cloned().collect();
        assert_eq!(found, expected, "{level:?}");
    }
    for sum in [0.0, -0.0, 1.0] {
        let found = block_on(views.all::<Levels>().by(Levels::SUM, sum).into_future()).unwrap();
        let expected: Vec<_> = rows.iter().filter(|row| (row.sum - sum).abs() < 0.1).cloned().collect();
        assert_eq!(found, expected, "{sum:?}");
    }
    running.stop_blocking();
}
