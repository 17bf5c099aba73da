//! What a process reacts to next: a page of the log, and the timers that fell due before its end was read.
//!
//! A timer is fired after all that was stored before it fell due. So what happened in time is not overtaken by what was to happen otherwise, also where
//! nobody ran meanwhile.

use std::sync::Arc;

use crate::aggregate::Journaled as _;
use crate::error::ProcessStop;
use crate::process::Process;
use crate::process::run::drive::{Drive, WINDOW};
use crate::process::run::log::{PAGE, read};
use crate::process::run::work::Work;
use crate::store::{EventStore as _, micros};

impl<P: Process> Drive<'_, P> {
    /// Reads a page of the log.
    pub(super) async fn read_on(&mut self) {
        let mut aggregates: Vec<&'static str> = P::SOURCES.iter().map(|source| source.aggregate).collect();
        aggregates.push(P::JOURNAL);
        let now = self.reactor.clock.now();
        let page = read::<P>(&*Arc::clone(&self.reactor.store), &aggregates, self.reached, self.indexed, PAGE).await;
        for found in page.found {
            self.take(found);
        }
        (self.reached, self.is_behind) = (page.reached, page.more);
        match self.reads_to {
            Some((end, at)) if page.more && page.reached >= end => (self.read_at, self.reads_to) = (Some(at), None),
            _ if !page.more => (self.read_at, self.reads_to) = (Some(now), None),
            Some(_) => {}
            // Others may go on adding to it faster than this process reads: timers wait for what is there now.
            None => {
                let now = self.reactor.clock.now();
                self.reads_to = self.reactor.store.head().await.ok().map(|end| (end, now));
            }
        }
        match page.refused {
            Some(ProcessStop::Store(error)) => self.pause(error).await,
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
                && let Some(timer) = self.index.take_due(now.min(read_at))
            {
                self.queue.push(timer.instance, Work::Timer(timer, followed));
            }
        }
        let is_unread = |due| due <= micros(now) && self.read_at.is_none_or(|read_at| due > micros(read_at));
        if self.index.next_due().is_some_and(is_unread) {
            self.is_behind = true;
        }
    }
}
