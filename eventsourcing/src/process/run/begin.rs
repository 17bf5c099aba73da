//! How a process begins: behind its checkpoint, with all that the journals say.

use std::sync::Arc;

use crate::aggregate::Journaled as _;
use crate::error::{ProcessStop, SubscriptionError};
use crate::process::Process;
use crate::process::run::answers::Begun;
use crate::process::run::drive::Drive;
use crate::process::run::log::{LARGE_PAGE, read, unreadable};
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
            Some(ProcessStop::Store(error)) => self.pause(error).await,
            Some(why) => return Err(why),
            None if page.more => {}
            None => return Ok(Begun::Whole),
        }
        Ok(Begun::InPart)
    }

    /// Refuses a checkpoint of another log.
    async fn check(&mut self) -> Result<Begun, ProcessStop> {
        if let Some(checkpoint) = self.lease.checkpoint() {
            match checkpoint.check(&*Arc::clone(&self.reactor.store)).await.map_err(unreadable) {
                Ok(Ok(())) => {}
                Ok(Err(other)) => {
                    let (name, read, found) = ((**self.lease.name()).to_owned(), other.made_of, other.found);
                    return Err(ProcessStop::Checkpoint(SubscriptionError::OtherHistory { name, read, found }));
                }
                Err(ProcessStop::Store(error)) => {
                    self.pause(error).await;
                    return Ok(Begun::InPart);
                }
                Err(why) => return Err(why),
            }
        }
        self.is_checked = true;
        Ok(Begun::InPart)
    }
}
