//! The rows of the table, the same for every side; names and sizes are those of the store's own bench.

use crate::by_hand::ByHand;
use crate::cqrs_es_side::CqrsEs;
use crate::evento_side::Evento;
use crate::paired::Row;
use crate::{commits, loads, many};

macro_rules! sides {
    ($part:ident::$work:ident($($argument:expr)?)) => {
        |scale| vec![
            $part::$work::<ByHand>($($argument,)? scale),
            $part::$work::<CqrsEs>($($argument,)? scale),
            $part::$work::<Evento>($($argument,)? scale),
        ]
    };
}

pub(crate) const ROWS: &[Row] = &[
    Row { name: "w1 full", unit: "commits/s", least: &[], sides: sides!(commits::one_event(true)) },
    Row { name: "w1 normal", unit: "commits/s", least: &[], sides: sides!(commits::one_event(false)) },
    Row { name: "w2 full", unit: "commands/s", least: &[], sides: sides!(commits::command(true)) },
    Row { name: "w2 normal", unit: "commands/s", least: &[], sides: sides!(commits::command(false)) },
    Row { name: "w3 full", unit: "events/s", least: &[], sides: sides!(commits::hundred()) },
    Row { name: "w4", unit: "events/s", least: &[], sides: sides!(loads::hundred()) },
    Row { name: "w4 big", unit: "events/s", least: &[], sides: sides!(loads::big()) },
    Row { name: "w5", unit: "events/s", least: &[], sides: sides!(loads::replay()) },
    Row { name: "w6-2 full", unit: "commits/s", least: &[], sides: |scale| many::sides(2, true, scale) },
    Row { name: "w6-8 full", unit: "commits/s", least: &[], sides: |scale| many::sides(8, true, scale) },
    Row { name: "w6-8 normal", unit: "commits/s", least: &[], sides: |scale| many::sides(8, false, scale) },
];

/// So much of the usual work.
pub(crate) fn count(base: u64, scale: f64) -> u64 {
    ((base as f64 * scale) as u64).max(1)
}
