//! How a process begins: behind its checkpoint, with all that the journals say.

use std::sync::Arc;

use crate::aggregate::Journaled as _;
use crate::error::{ProcessStop, SubscriptionError};
use crate::process::Process;
use crate::process::run::drive::Drive;
use crate::process::run::log::{read, unreadable};
use crate::process::run::progress::ProcessState;

impl<P: Process> Drive<'_, P> {
    /// Refuses another log than the one that was read, and makes the index.
    pub(super) async fn begin(&mut self) -> Result<(), ProcessStop> {
        self.progress.change(|seen| seen.state = ProcessState::CatchingUp);
        let store = Arc::clone(&self.reactor.store);
        if let Some(checkpoint) = self.lease.checkpoint() {
            let other = loop {
                match checkpoint.check(&*store).await.map_err(unreadable) {
                    Ok(Ok(())) => break None,
                    Ok(Err(other)) => break Some(other),
                    Err(ProcessStop::Store(error)) => self.pause(error).await,
                    Err(why) => return Err(why),
                }
            };
            if let Some(other) = other {
                let (name, read, found) = ((**self.lease.name()).to_owned(), other.made_of, other.found);
                return Err(ProcessStop::Checkpoint(SubscriptionError::OtherHistory { name, read, found }));
            }
        }
        loop {
            let page = read::<P>(&*store, &[P::JOURNAL], self.indexed, self.indexed).await;
            for found in page.found {
                self.take(found);
            }
            self.indexed = page.reached;
            match page.refused {
                Some(ProcessStop::Store(error)) => self.pause(error).await,
                Some(why) => return Err(why),
                None if page.more => {}
                None => return Ok(()),
            }
        }
    }
}
