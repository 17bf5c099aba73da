//! The same work in a small store and in a large one: cost is to grow as the work does, and not as the store.

use std::fmt::Write;
use std::time::Instant;

use eventsourcing::prelude::*;

use crate::account::Account;
use crate::paired::setting;
use crate::{disk, memory, ours};

const EVENTS: u64 = 100;

/// Rates with 100,000 events in the store and with `GROWTH` of them (10 million unless set).
pub(crate) fn growth() -> String {
    let mut table =
        "| events | open | w1 normal, commits/s | w4, events/s | w5, events/s |\n|---|---|---|---|---|".to_owned();
    for events in [100_000, setting("GROWTH", 10_000_000.0) as u64] {
        let folder = disk::folder();
        let path = folder.path().join("ours");
        let ids = memory::fill(&path, events / EVENTS);

        let since = Instant::now();
        let store = ours::open(&path, false);
        let open = since.elapsed().as_secs_f64() * 1e3;
        let accounts = Repository::<Account>::new(store);
        let rate = |units: u64, work: &mut dyn FnMut()| {
            work();
            let since = Instant::now();
            work();
            units as f64 / since.elapsed().as_secs_f64()
        };
        let blocking = accounts.blocking();
        let load = rate(2_000 * EVENTS, &mut || {
            for _ in 0..2_000 {
                blocking.get(ids[fastrand::usize(..ids.len())]).unwrap();
            }
        });
        let replay = rate(events, &mut || {
            ours::replay(&accounts);
        });
        let commit = rate(5_000, &mut || {
            for _ in 0..5_000 {
                blocking.save(&mut Account::open("alice")).unwrap();
            }
        });
        write!(table, "\n| {events} | {open:.2} ms | {commit:.0} | {load:.0} | {replay:.0} |").unwrap();
    }
    table
}
