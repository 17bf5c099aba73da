//! The rows of the table, and the ratios that they are to reach.

use crate::paired::Row;
use crate::sides::{OURS, OURS_ASYNC};
use crate::{commits, hot, loads, many};

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "w1 full",
        unit: "commits/s",
        least: &[(OURS, 0.95), (OURS_ASYNC, 0.80)],
        sides: |scale| commits::one_event(true, scale),
    },
    Row {
        name: "w1 normal",
        unit: "commits/s",
        least: &[(OURS, 0.75)],
        sides: |scale| commits::one_event(false, scale),
    },
    Row { name: "w2 full", unit: "commands/s", least: &[(OURS, 0.95)], sides: |scale| commits::command(true, scale) },
    Row {
        name: "w2 normal",
        unit: "commands/s",
        least: &[(OURS, 0.75)],
        sides: |scale| commits::command(false, scale),
    },
    Row { name: "w3 full", unit: "events/s", least: &[(OURS, 0.85)], sides: commits::hundred },
    Row { name: "w4", unit: "events/s", least: &[(OURS, 0.85)], sides: loads::hundred },
    Row { name: "w4 big", unit: "events/s", least: &[(OURS, 0.85)], sides: loads::big },
    Row { name: "w5", unit: "events/s", least: &[(OURS, 0.85)], sides: loads::replay },
    Row { name: "w6-2 full", unit: "commits/s", least: &[], sides: |scale| many::sides(2, true, scale) },
    Row {
        name: "w6-8 full",
        unit: "commits/s",
        least: &[(OURS, 3.0), (OURS_ASYNC, 3.0)],
        sides: |scale| many::sides(8, true, scale),
    },
    Row {
        name: "w6-64 full",
        unit: "commits/s",
        least: &[(OURS, 6.0), (OURS_ASYNC, 6.0)],
        sides: |scale| many::sides(64, true, scale),
    },
    Row { name: "w6-8 normal", unit: "commits/s", least: &[(OURS, 0.80)], sides: |scale| many::sides(8, false, scale) },
    Row { name: "w7 full", unit: "updates/s", least: &[(OURS, 4.0), (OURS_ASYNC, 4.0)], sides: hot::sides },
];
