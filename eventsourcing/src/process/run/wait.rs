//! What the loop of a process waits for.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_timer::Delay;

use crate::process::Process;
use crate::process::run::answers::Woken;
use crate::process::run::drive::{Drive, WINDOW};
use crate::signal::Flag;
use crate::store::{EventStore as _, from_micros};

/// How often the checkpoint is kept, at most.
const KEEP: Duration = Duration::from_millis(50);

impl<P: Process> Drive<'_, P> {
    /// Waits for the first thing that there is to do.
    pub(super) async fn wait(&mut self, stop: &Flag) -> Woken {
        let (store, clock) = (Arc::clone(&self.reactor.store), Arc::clone(&self.reactor.clock));
        let (reads, is_behind, reached) =
            (self.refused.is_none() && self.queue.len() < WINDOW, self.is_behind, self.reached);
        let due = self.index.next_due().filter(|_| !self.is_behind && self.queue.len() < WINDOW);
        let is_kept = self.lease.checkpoint().is_some_and(|kept| kept.position >= self.done());
        let left = KEEP.saturating_sub(self.kept.elapsed());
        let (requests, holder) = (self.requests, Arc::clone(self.lease.holder()));
        let count = self.asked;
        let mut finished = pin!(self.flight.next());
        let mut lost = pin!(holder.wait_lost());
        let mut stopped = pin!(stop.wait());
        let mut log = pin!(async {
            match (reads, is_behind) {
                (false, _) => pending().await,
                (true, true) => Ok(reached),
                (true, false) => store.wait_past(reached).await,
            }
        });
        let mut asked = pin!(requests.wait_past(count));
        let mut timer = pin!(async {
            match due {
                Some(due) => clock.sleep_until(from_micros(due)).await,
                None => pending().await,
            }
        });
        let mut keep = pin!(async { if is_kept { pending().await } else { Delay::new(left).await } });
        poll_fn(|context| {
            if lost.as_mut().poll(context).is_ready() {
                return Poll::Ready(Woken::Lost);
            }
            if stopped.as_mut().poll(context).is_ready() {
                return Poll::Ready(Woken::Stop);
            }
            if keep.as_mut().poll(context).is_ready() {
                return Poll::Ready(Woken::Keep);
            }
            if let Poll::Ready(finished) = finished.as_mut().poll(context) {
                return Poll::Ready(Woken::Finished(finished));
            }
            if asked.as_mut().poll(context).is_ready() || timer.as_mut().poll(context).is_ready() {
                return Poll::Ready(Woken::Look);
            }
            log.as_mut().poll(context).map(Woken::Log)
        })
        .await
    }
}
