//! What a process reacts to next: a page of the log, which is read beside the reactions, and the timers that fell due before its end was read.
//!
//! A timer is fired after all that was stored before it fell due. So what happened in time is not overtaken by what was to happen otherwise, also where
//! nobody ran meanwhile.

use std::sync::Arc;
use std::time::Duration;

use futures_timer::Delay;

use crate::error::{ProcessStop, StoreError};
use crate::process::Process;
use crate::process::run::drive::{Drive, WINDOW};
use crate::process::run::log::{Read, read_next};
use crate::process::run::work::Work;
use crate::store::micros;

/// The pause after the log could not be read.
const PAUSE: Duration = Duration::from_millis(100);

impl<P: Process> Drive<'_, P> {
    /// Begins to read a page of the log.
    pub(super) fn begin_reading(&mut self) {
        self.reading = Some(Box::pin(self.read()));
    }

    /// Shows why the log could not be read, and begins to read it again after a pause; or later, where enough work waits.
    pub(super) fn read_again(&mut self, error: StoreError) {
        self.progress.note_failure(ProcessStop::Store(error));
        self.is_behind = true;
        if self.queue.len() >= WINDOW {
            return;
        }
        let read = self.read();
        self.reading = Some(Box::pin(async {
            Delay::new(PAUSE).await;
            read.await
        }));
    }

    /// The same before it has begun, when nothing else is done meanwhile: the caller tries again.
    pub(super) async fn pause(&mut self, error: StoreError) {
        self.progress.note_failure(ProcessStop::Store(error));
        Delay::new(PAUSE).await;
    }

    fn read(&self) -> impl Future<Output = Read<P>> + use<P> {
        let (store, clock) = (Arc::clone(&self.reactor.store), Arc::clone(&self.reactor.clock));
        let (after, indexed, finds_end) = (self.reached, self.indexed, self.reads_to.is_none());
        async move { read_next(&*store, &*clock, after, indexed, finds_end).await }
    }

    /// Takes what was read.
    pub(super) fn end_reading(&mut self, read: Read<P>) {
        self.reading = None;
        let Read { page, at, end } = read;
        for found in page.found {
            self.take(found);
        }
        (self.reached, self.is_behind) = (page.reached, page.more);
        match self.reads_to {
            Some((end, at)) if page.more && page.reached >= end => (self.read_at, self.reads_to) = (Some(at), None),
            _ if !page.more => (self.read_at, self.reads_to) = (Some(at), None),
            Some(_) => {}
            // Others may go on adding to it faster than this process reads: timers wait for what is there now.
            None => self.reads_to = end,
        }
        match page.refused {
            Some(ProcessStop::Store(error)) => self.read_again(error),
            refused => {
                self.refused = refused;
                self.progress.note_recovery();
            }
        }
    }

    /// Has the timers fire that are due, each behind what its instance was given before; for one that fell due since the log was read, that is read first.
    pub(super) fn queue_due(&mut self) {
        let now = self.reactor.clock.now();
        let followed = self.reached.max(self.indexed);
        if let Some(read_at) = self.read_at {
            while self.queue.len() < WINDOW
                && let Some((instance, timers)) = self.index.take_due(now.min(read_at), followed)
            {
                self.queue.push(instance, Work::Timers(timers));
            }
        }
        let is_unread = |due| due <= micros(now) && self.read_at.is_none_or(|read_at| due > micros(read_at));
        if self.index.next_due().is_some_and(is_unread) {
            self.is_behind = true;
        }
    }
}
