//! What is parked is listed, made again and dropped where no runner of this program has the process.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::aggregate::{Id, Journaled as _, stream_of};
use crate::error::ProcessStop;
use crate::process::Process;
use crate::process::parking::{Parked, Parking};
use crate::process::reactor::{Outcome, Reactor};
use crate::process::run::log::{Found, LARGE_PAGE, read};
use crate::store::EventStore;
use crate::stream::Position;
use crate::view::ParkedAction;

/// What the journals of a process say of what is parked.
pub(super) async fn list<P: Process>(store: &dyn EventStore) -> Result<BTreeMap<Uuid, Parked>, ProcessStop> {
    let (parking, mut reached) = (Parking::default(), Position::default());
    loop {
        let page = read::<P>(store, &[P::JOURNAL], reached, reached, LARGE_PAGE).await;
        for found in page.found {
            if let Found::Journal { instance, event, recorded_at, .. } = found {
                parking.apply(instance, &event.entry, recorded_at);
            }
        }
        if let Some(why) = page.refused {
            return Err(why);
        }
        if !page.more {
            return Ok(parking.list());
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
        Outcome::Interrupted => Err(Arc::new(ProcessStop::NotRunning)),
    }
}
