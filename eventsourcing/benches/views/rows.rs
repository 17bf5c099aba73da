//! The rows of the table, and the ratios that they are to reach.
use crate::paired::Row;
use crate::{catch_up, live, sql, unique};

pub(crate) const BY_HAND: &str = "by hand";
pub(crate) const NAIVE: &str = "one statement an event";
pub(crate) const OURS: &str = "ours";
pub(crate) const NONE: &str = "no view";
pub(crate) const LIVE: &str = "a live view";
pub(crate) const ONE: &str = "one view";
pub(crate) const FIVE: &str = "five views";

pub(crate) const ROWS: &[Row] = &[
    Row { name: "v1", unit: "events/s", least: &[(OURS, 0.85)], sides: catch_up::balances },
    Row { name: "v1 naive", unit: "events/s", least: &[(OURS, 2.50)], sides: catch_up::balances_naively },
    Row { name: "v2", unit: "commits/s", least: &[(LIVE, 0.90)], sides: live::commits },
    // At most 3.2 times the time.
    Row { name: "v3 same", unit: "events/s", least: &[(FIVE, 1.0 / 3.2)], sides: catch_up::five_of_the_same },
    // At most 1.3 times the time.
    Row { name: "v3 disjoint", unit: "events/s", least: &[(FIVE, 1.0 / 1.3)], sides: catch_up::five_of_others },
    Row { name: "v4", unit: "events/s", least: &[(OURS, 0.85)], sides: catch_up::flags },
    Row { name: "v5", unit: "events/s", least: &[(OURS, 0.90), (sql::KEYED, 0.90)], sides: sql::balances },
    Row {
        name: "v6 full",
        unit: "commits/s",
        least: &[(unique::OURS, 0.80)],
        sides: |scale| unique::new_customers(true, scale),
    },
    Row {
        name: "v6 normal",
        unit: "commits/s",
        least: &[(unique::OURS, 0.80)],
        sides: |scale| unique::new_customers(false, scale),
    },
];
