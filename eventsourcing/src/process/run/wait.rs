//! What the loop of a process waits for.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use futures_timer::Delay;

use crate::process::Process;
use crate::process::run::answers::Woken;
use crate::process::run::drive::{Drive, WINDOW};
use crate::signal::Flag;
use crate::store::{EventStore as _, from_micros};

impl<P: Process> Drive<'_, P> {
    /// Waits for the first thing that there is to do.
    pub(super) async fn wait(&mut self, stop: &Flag) -> Woken<P> {
        let (store, clock) = (Arc::clone(&self.reactor.store), Arc::clone(&self.reactor.clock));
        let (reads, is_behind, reached) =
            (self.refused.is_none() && self.queue.len() < WINDOW, self.is_behind, self.reached);
        let due = self.index.next_due().filter(|_| !self.is_behind && self.queue.len() < WINDOW);
        let keeps_in = self.keeps_in();
        let (requests, holder) = (self.requests, Arc::clone(self.lease.holder()));
        let count = self.asked;
        let mut finished = pin!(self.flight.next());
        let mut lost = pin!(holder.wait_lost());
        let mut stopped = pin!(stop.wait());
        let reading = self.reading.as_mut();
        let mut log = pin!(async {
            match (reading, reads, is_behind) {
                (Some(reading), ..) => Woken::Read(reading.await),
                (None, false, _) => pending().await,
                (None, true, true) => Woken::Log(Ok(reached)),
                (None, true, false) => Woken::Log(store.wait_past(reached).await),
            }
        });
        let mut asked = pin!(requests.wait_past(count));
        let mut timer = pin!(async {
            match due {
                Some(due) => clock.sleep_until(from_micros(due)).await,
                None => pending().await,
            }
        });
        let keeping = self.keeping.as_mut();
        let mut keep = pin!(async {
            match (keeping, keeps_in) {
                (Some(keeping), _) => Woken::Kept(keeping.await),
                (None, Some(time)) => {
                    Delay::new(time).await;
                    Woken::Keep
                }
                (None, None) => pending().await,
            }
        });
        poll_fn(|context| {
            if lost.as_mut().poll(context).is_ready() {
                return Poll::Ready(Woken::Lost);
            }
            if stopped.as_mut().poll(context).is_ready() {
                return Poll::Ready(Woken::Stop);
            }
            if let Poll::Ready(woken) = keep.as_mut().poll(context) {
                return Poll::Ready(woken);
            }
            if let Poll::Ready(finished) = finished.as_mut().poll(context) {
                return Poll::Ready(Woken::Finished(finished));
            }
            if asked.as_mut().poll(context).is_ready() || timer.as_mut().poll(context).is_ready() {
                return Poll::Ready(Woken::Look);
            }
            log.as_mut().poll(context)
        })
        .await
    }
}
