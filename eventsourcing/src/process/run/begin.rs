//! How a process begins: behind its checkpoint, with all that the journals say.

use std::sync::Arc;

use crate::aggregate::Journaled as _;
use crate::error::ProcessStop;
use crate::process::Process;
use crate::process::run::answers::Begun;
use crate::process::run::drive::Drive;
use crate::process::run::log::{LARGE_PAGE, read, unchecked};
use crate::process::run::status::ProcessState;

impl<P: Process> Drive<'_, P> {
    /// Does a part of it, so that the process can be stopped between two: refuses another log than the one that was read, and makes the index.
    pub(super) async fn begin(&mut self) -> Result<Begun, ProcessStop> {
        if !self.is_checked {
            self.progress.change(|report| report.state = ProcessState::CatchingUp);
            return self.check().await;
        }
        let page =
            read::<P>(&*Arc::clone(&self.reactor.store), &[P::JOURNAL], self.indexed, self.indexed, LARGE_PAGE).await;
        for found in page.found {
            self.take(found);
        }
        self.indexed = page.reached;
        match page.refused {
            Some(why) => self.pause_after(why).await?,
            None if page.more => {}
            None => return Ok(Begun::Whole),
        }
        Ok(Begun::InPart)
    }

    /// Refuses a checkpoint of another log.
    async fn check(&mut self) -> Result<Begun, ProcessStop> {
        let store = Arc::clone(&self.reactor.store);
        match self.lease.check(&*store).await.map_err(unchecked) {
            Ok(()) => self.is_checked = true,
            Err(why) => self.pause_after(why).await?,
        }
        Ok(Begun::InPart)
    }

    /// Has it tried again after a pause, if it is the store that has failed.
    pub(super) async fn pause_after(&mut self, why: ProcessStop) -> Result<(), ProcessStop> {
        let ProcessStop::Store(error) = why else { return Err(why) };
        self.pause(error).await;
        Ok(())
    }
}
