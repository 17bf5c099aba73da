//! The loop of a process: reads events and journals by the log, and has the instances react.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime};

use futures_timer::Delay;

use crate::error::{ProcessStop, SubscriptionError};
use crate::process::Process;
use crate::process::delivery::Given;
use crate::process::reactor::Reactor;
use crate::process::run::answers::{Begun, Ended, Woken};
use crate::process::run::in_flight::InFlight;
use crate::process::run::index::Index;
use crate::process::run::log::{Found, Read};
use crate::process::run::progress::Progress;
use crate::process::run::requests::Requests;
use crate::process::run::status::ProcessState;
use crate::process::run::work::{Done, Finished, Queue, Work, work};
use crate::signal::Flag;
use crate::store::{BoxFuture, First, from_micros, select};
use crate::stream::Position;
use crate::subscription::{Lease, Start};

/// How much work may wait before no more of the log is read.
pub(super) const WINDOW: usize = 1_024;

/// A process that is run.
pub(super) struct Drive<'d, P: Process> {
    pub(super) reactor: Arc<Reactor<P>>,
    pub(super) progress: Arc<Progress>,
    pub(super) requests: &'d Requests,
    pub(super) lease: &'d Lease,
    at_once: usize,
    /// Where it begins if it is new.
    pub(super) start: Start,
    pub(super) index: Index,
    pub(super) queue: Queue<P>,
    pub(super) flight: InFlight<Finished>,
    /// The page of the log that is being read.
    pub(super) reading: Option<BoxFuture<'static, Read<P>>>,
    /// The checkpoint that is being kept.
    pub(super) keeping: Option<BoxFuture<'d, Result<(), SubscriptionError>>>,
    /// Up to where the log was read, and whether there is more.
    pub(super) reached: Position,
    pub(super) is_behind: bool,
    /// What time it was when all that has been read was all there was.
    pub(super) read_at: Option<SystemTime>,
    /// While there is more: the end of the log at some time.
    pub(super) reads_to: Option<(Position, SystemTime)>,
    /// Up to where the journals are in the index.
    pub(super) indexed: Position,
    /// The last request that was looked at.
    pub(super) asked: u64,
    /// When the checkpoint was last kept.
    pub(super) kept: Instant,
    /// Why the log cannot be read on; to be said once all before that is done.
    pub(super) refused: Option<ProcessStop>,
    /// Whether the checkpoint is known to be one of this log.
    pub(super) is_checked: bool,
}

impl<'d, P: Process> Drive<'d, P> {
    /// A process that goes on behind its checkpoint.
    pub(super) fn new(
        reactor: Arc<Reactor<P>>,
        progress: Arc<Progress>,
        requests: &'d Requests,
        lease: &'d Lease,
        at_once: usize,
        start: Start,
    ) -> Self {
        let reached = lease.checkpoint().map_or(Position::default(), |checkpoint| checkpoint.position);
        progress.parking.clear();
        let (index, queue, flight) = (Index::default(), Queue::new(), InFlight::new());
        let (reading, keeping) = (None, None);
        let (is_behind, read_at, reads_to) = (true, None, None);
        let (indexed, asked, refused) = (Position::default(), 0, None);
        let kept = Instant::now();
        Self {
            reactor,
            progress,
            requests,
            lease,
            at_once,
            start,
            index,
            queue,
            flight,
            reading,
            keeping,
            reached,
            is_behind,
            read_at,
            reads_to,
            indexed,
            asked,
            kept,
            refused,
            is_checked: false,
        }
    }

    /// Runs it until it is stopped, or cannot go on.
    pub(super) async fn run(mut self, stop: &Flag) -> Ended {
        loop {
            match select(stop.wait(), self.begin()).await {
                First::One(()) => return Ended::Asked,
                First::Other(Err(why)) => return Ended::Stopped(why),
                First::Other(Ok(Begun::InPart)) => {}
                First::Other(Ok(Begun::Whole)) => match select(stop.wait(), self.place()).await {
                    First::One(()) => return Ended::Asked,
                    First::Other(Err(why)) => return Ended::Stopped(why),
                    First::Other(Ok(Begun::InPart)) => {}
                    First::Other(Ok(Begun::Whole)) => break,
                },
            }
        }
        let ended = loop {
            self.look();
            let woken = self.wait(stop).await;
            if let Some(ended) = self.answer(woken) {
                break ended;
            }
            if self.queue.first_unfinished().is_none()
                && self.flight.len() == 0
                && let Some(why) = self.refused.take()
            {
                break Ended::Stopped(why);
            }
        };
        if matches!(ended, Ended::Fenced) {
            return ended;
        }
        let reactor = Arc::clone(&self.reactor);
        reactor.stopping.raise();
        // Also where another has its place meanwhile: it was asked to stop, or cannot go on.
        if let First::Other(()) = select(self.finish_begun(), Delay::new(reactor.stop_within)).await {
            let (process, in_flight) = (P::NAME, self.flight.len());
            tracing::warn!(
                process,
                in_flight,
                "what had begun did not end in time when its process stopped, and is done again later"
            );
        }
        ended
    }

    /// Finishes what has begun, so that what it does outside is not done again, and keeps where the process is.
    async fn finish_begun(&mut self) -> Result<(), SubscriptionError> {
        while self.flight.len() > 0 {
            let finished = self.flight.next().await;
            drop(self.finish(finished));
        }
        self.keeping = None;
        if self.keeps_in().is_some() {
            self.keep().await?;
        }
        self.lease.release().await
    }

    /// Begins what there is to do.
    fn look(&mut self) {
        // Before they are taken: what is asked meanwhile is not missed.
        self.asked = self.requests.count();
        for request in self.requests.take() {
            self.queue.push(request.asked.0, Work::Request(request));
        }
        self.queue_due();
        while self.flight.len() < self.at_once
            && let Some((instance, next)) = self.queue.next()
        {
            let (reactor, progress) = (Arc::clone(&self.reactor), Arc::clone(&self.progress));
            self.flight.push(Box::pin(work(reactor, progress, instance, next)));
        }
        self.show();
    }

    fn show(&self) {
        let (done, reached, is_behind) = (self.done(), self.reached, self.is_behind);
        let end = self.reads_to.map_or(reached, |(end, _)| end.max(reached));
        let (in_flight, timers, parked) = (self.flight.len(), self.index.len(), self.progress.parking.listed());
        let first_due = self.index.first_due().map(from_micros);
        let stored = Position::new(self.reactor.stored.load(Ordering::Acquire));
        self.progress.change(|report| {
            report.done = done;
            report.reached = reached;
            report.stored = stored;
            report.head = report.head.max(end);
            report.in_flight = in_flight;
            report.timers = timers;
            report.first_due = first_due;
            (report.parked, report.has_begun) = (parked, true);
            if !is_behind && matches!(report.state, ProcessState::CatchingUp) {
                report.state = ProcessState::Live;
            }
        });
    }

    /// Does what there is to do; gives how the process ends, if it does.
    fn answer(&mut self, woken: Woken<P>) -> Option<Ended> {
        match woken {
            Woken::Finished(finished) => return self.finish(finished).map(Ended::Stopped),
            Woken::Log(Ok(_)) => self.begin_reading(),
            Woken::Log(Err(error)) => self.read_again(error),
            Woken::Read(read) => self.end_reading(read),
            Woken::Look => {}
            Woken::Keep => self.begin_keeping(),
            Woken::Kept(kept) => return self.end_keeping(kept),
            Woken::Stop => return Some(Ended::Asked),
            Woken::Lost => return Some(Ended::Fenced),
        }
        None
    }

    fn finish(&mut self, finished: Finished) -> Option<ProcessStop> {
        self.queue.rest(finished.instance);
        if finished.stop.is_none() {
            match finished.done {
                Done::Event(position) => self.queue.finish(position),
                Done::Timers(timers) => self.index.fired(finished.instance, &timers.gone),
                Done::Request | Done::Interrupted => {}
            }
        }
        finished.stop
    }

    pub(super) fn take(&mut self, found: Found<P>) {
        match found {
            Found::Delivery(delivery) => {
                let (instance, position) = (delivery.to.instance.as_uuid(), delivery.id.cause);
                self.queue.push(instance, Work::Event(position, Given::Event(delivery)));
            }
            Found::Journal { instance, event, position, recorded_at } => {
                self.progress.parking.apply(instance, &event.entry, recorded_at);
                self.index.apply(instance, event, position);
            }
        }
    }
}
