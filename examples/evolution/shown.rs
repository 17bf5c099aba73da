//! What is shown of a database: every parcel that is in it, and what is stored of it.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Debug;
use std::ops::ControlFlow;

use eventsourcing::log::OnUnknown;
use eventsourcing::prelude::*;
use eventsourcing::store::LogRead;

/// Prints each parcel as this release knows it, and how many events of each name and version are stored.
pub(crate) fn show<P: Aggregate>(store: &SqliteStore, state: impl Fn(&P) -> String) -> Result<(), Box<dyn Error>>
where
    P::Event: Debug,
{
    let parcels = Repository::<P>::new(store.clone()).blocking();
    for id in ids(store)? {
        println!("  reads {}", state(&parcels.get(id)?));
    }
    let mut stored: BTreeMap<String, u32> = BTreeMap::new();
    let _page = store.blocking().read_log(LogRead::after(0), &mut |event| {
        *stored.entry(format!("{} v{}", event.name, event.schema_version)).or_default() += 1;
        ControlFlow::Continue(())
    })?;
    let stored: Vec<_> = stored.iter().map(|(name, count)| format!("{count} {name}")).collect();
    println!("  stored: {}", stored.join(", "));
    Ok(())
}

/// The parcels of a database, oldest first.
pub(crate) fn ids<P: Aggregate>(store: &SqliteStore) -> Result<Vec<Id<P>>, LoadError> {
    let mut log = Repository::<P>::new(store.clone()).on_unknown(OnUnknown::Keep).blocking().log();
    let (mut seen, mut ids) = (BTreeSet::new(), Vec::new());
    loop {
        let page = log.next_page()?;
        if page.is_empty() {
            return Ok(ids);
        }
        ids.extend(page.into_iter().map(|recorded| Id::from(&recorded.stream)).filter(|id| seen.insert(*id)));
    }
}
