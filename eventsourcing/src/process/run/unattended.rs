//! What is parked is listed, made again and dropped where no runner of this program has the process; and it is found out which timers are set.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use uuid::Uuid;

use crate::aggregate::{Id, Journaled as _, stream_of};
use crate::error::ProcessStop;
use crate::process::Process;
use crate::process::parking::{Parked, Parking};
use crate::process::reactor::{Outcome, Reactor};
use crate::process::run::index::Index;
use crate::process::run::log::{Found, LARGE_PAGE, read};
use crate::store::{EventStore, from_micros};
use crate::stream::Position;
use crate::view::ParkedAction;

/// What the journals of a process say.
pub(crate) struct Journals {
    /// The instances that are parked.
    pub(crate) parked: BTreeMap<Uuid, Parked>,
    /// When the first timer is due.
    pub(crate) first_due: Option<SystemTime>,
}

/// Reads all journals of a process.
pub(super) async fn read_journals<P: Process>(store: &dyn EventStore) -> Result<Journals, ProcessStop> {
    let (parking, mut index, mut reached) = (Parking::default(), Index::default(), Position::default());
    loop {
        let page = read::<P>(store, &[P::JOURNAL], reached, reached, LARGE_PAGE).await;
        for found in page.found {
            if let Found::Journal { instance, event, position, recorded_at } = found {
                parking.apply(instance, &event.entry, recorded_at);
                index.apply(instance, event, position);
            }
        }
        if let Some(why) = page.refused {
            return Err(why);
        }
        if !page.more {
            return Ok(Journals { parked: parking.list(), first_due: index.first_due().map(from_micros) });
        }
        reached = page.reached;
    }
}

/// Makes or drops what waits for an instance; says whether it is parked no longer. Whatever runners do meanwhile: the journal is at an expected version.
pub(super) async fn act<P: Process>(
    reactor: &Reactor<P>,
    instance: Uuid,
    action: ParkedAction,
) -> Result<bool, Arc<ProcessStop>> {
    let id = Id::from(instance);
    match reactor.act_on_parked(id, action).await.map_err(ProcessStop::Store)? {
        Outcome::Done => Ok(true),
        Outcome::Parked => Ok(false),
        Outcome::Failed(fault) | Outcome::Full(fault) => {
            Err(Arc::new(ProcessStop::Failed { instance: stream_of(id), fault }))
        }
        Outcome::Overtaken | Outcome::Interrupted => Err(Arc::new(ProcessStop::NotRunning)),
    }
}
