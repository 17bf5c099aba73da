//! The same view of a small log and of a large one: cost is to grow as the work does.

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use eventsourcing::Views;

use crate::by_hand;
use crate::catch_up::catch_up;
use crate::domain::Balance;
use crate::log::{KEYS, Kind, Log};
use crate::paired::{median, setting};
use crate::rows::{BY_HAND, OURS};

const SMALL: u64 = 100_000;

/// Events per second with 100,000 events in the log and with `GROWTH` of them (10 million unless set), of 10,000 rows, and with a row for each hundred.
pub(crate) fn growth() -> String {
    let large = setting("GROWTH", 10_000_000.0) as u64;
    let rounds = setting("ROUNDS", 5.0) as usize;
    let mut table =
        "| rows | side | of 100,000 events | of more | events | large to small |\n|---|---|---|---|---|---|".to_owned();
    for keys in [|_| KEYS, |events| events / 100] {
        let logs = [SMALL, large].map(|events| Log::new(Kind::Accounts { keys: keys(events) }, events));
        let mut rates = [[Vec::new(), Vec::new()], [Vec::new(), Vec::new()]];
        for round in 0..=rounds {
            for (log, rates) in logs.iter().zip(&mut rates) {
                let folder = log.files.path(&format!("rows {round}"));
                std::fs::create_dir(&folder).unwrap();
                let sides: [&dyn Fn(&Path); 2] = [
                    &|folder| assert_eq!(by_hand::balances(&log.by_hand(), &folder.join("by hand")), log.events),
                    &|folder| drop(catch_up(&log.store, &folder.join("ours"), Views::with::<Balance>)),
                ];
                for (side, rates) in sides.iter().zip(rates) {
                    let since = Instant::now();
                    side(&folder);
                    // The first round warms up.
                    if round > 0 {
                        rates.push(log.events as f64 / since.elapsed().as_secs_f64());
                    }
                }
                std::fs::remove_dir_all(folder).unwrap();
            }
        }
        let [small, of_large] = rates.map(|sides| sides.map(|rates| median(&rates)));
        for (index, side) in [BY_HAND, OURS].into_iter().enumerate() {
            let (small, of_large) = (small[index], of_large[index]);
            let keys = keys(large);
            write!(table, "\n| {keys} | {side} | {small:.0} | {of_large:.0} | {large} | {:.2} |", of_large / small)
                .unwrap();
        }
    }
    table
}
