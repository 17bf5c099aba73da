//! What is done for one instance at a time.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use foldhash::fast::RandomState;
use futures_timer::Delay;
use uuid::Uuid;

use crate::aggregate::{Id, stream_of};
use crate::error::ProcessStop;
use crate::process::Process;
use crate::process::delivery::Given;
use crate::process::instance_timers::InstanceTimers;
use crate::process::reactor::{Known, Outcome, Pass, Reactor};
use crate::process::run::progress::Progress;
use crate::process::run::requests::Request;
use crate::store::{Backoff, First, select};
use crate::stream::{Position, StreamId};

/// What is to be done for an instance.
pub(super) enum Work<P: Process> {
    Event(Position, Given<P>),
    /// One of its timers is due.
    Timers(InstanceTimers),
    Request(Request),
}

/// What was done.
pub(super) struct Finished {
    pub(super) instance: Uuid,
    pub(super) done: Done,
    /// Why the process is to stop.
    pub(super) stop: Option<ProcessStop>,
}

pub(super) enum Done {
    Event(Position),
    Timers(InstanceTimers),
    Request,
    /// The process ends: it is to be done by the next runner.
    Interrupted,
}

/// Work of many instances: of each in order, and in turn among those that have any.
pub(super) struct Queue<P: Process> {
    /// Of each instance that has work or is at work.
    of: HashMap<Uuid, VecDeque<Work<P>>, RandomState>,
    /// Those that have work and are not at work.
    ready: VecDeque<Uuid>,
    /// How many deliveries of each position are not done.
    unfinished: BTreeMap<Position, usize>,
    len: usize,
}

impl<P: Process> Queue<P> {
    pub(super) fn new() -> Self {
        Self { of: HashMap::default(), ready: VecDeque::new(), unfinished: BTreeMap::new(), len: 0 }
    }

    pub(super) fn push(&mut self, instance: Uuid, work: Work<P>) {
        if let Work::Event(position, _) = &work {
            *self.unfinished.entry(*position).or_default() += 1;
        }
        self.len += 1;
        let of = self.of.entry(instance).or_insert_with(|| {
            self.ready.push_back(instance);
            VecDeque::new()
        });
        of.push_back(work);
    }

    /// The next work of an instance that is not at work; it is then.
    pub(super) fn next(&mut self) -> Option<(Uuid, Work<P>)> {
        let instance = self.ready.pop_front()?;
        let work = self.of.get_mut(&instance)?.pop_front()?;
        self.len -= 1;
        Some((instance, work))
    }

    /// Takes note that an instance is no longer at work.
    pub(super) fn rest(&mut self, instance: Uuid) {
        match self.of.get(&instance) {
            Some(left) if !left.is_empty() => self.ready.push_back(instance),
            _ => drop(self.of.remove(&instance)),
        }
    }

    /// Takes note that a delivery of the event at a position is done.
    pub(super) fn finish(&mut self, position: Position) {
        if let Some(left) = self.unfinished.get_mut(&position) {
            *left -= 1;
            if *left == 0 {
                self.unfinished.remove(&position);
            }
        }
    }

    /// The position of the first event of which a delivery is not done.
    pub(super) fn first_unfinished(&self) -> Option<Position> {
        self.unfinished.keys().next().copied()
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }
}

/// Does some work until the store has answered.
pub(super) async fn work<P: Process>(
    reactor: Arc<Reactor<P>>,
    progress: Arc<Progress>,
    instance: Uuid,
    mut work: Work<P>,
) -> Finished {
    let (id, mut backoff) = (Id::from(instance), None);
    let outcome = loop {
        let made = match &mut work {
            Work::Event(_, given) => reactor.react(id, given, Pass::First, Known::Nothing).await,
            Work::Timers(timers) => reactor.fire(id, timers).await,
            Work::Request(request) => reactor.act_on_parked(id, request.asked.1).await,
        };
        match made {
            Ok(outcome) => break outcome,
            Err(error) => {
                progress.note_failure(ProcessStop::Store(error));
                let pause = backoff.get_or_insert(Backoff::NEW).next_pause();
                if let First::One(()) = select(reactor.stopping.wait(), Delay::new(pause)).await {
                    break Outcome::Interrupted;
                }
            }
        }
    };
    if backoff.is_some() && !matches!(outcome, Outcome::Interrupted) {
        progress.note_recovery();
    }
    let limit = reactor.park_at_most;
    let (done, stop) = match work {
        Work::Event(..) | Work::Timers(..) if matches!(outcome, Outcome::Interrupted) => (Done::Interrupted, None),
        Work::Event(position, _) => (Done::Event(position), outcome.into_stop(stream_of(id), limit)),
        Work::Timers(timers) => (Done::Timers(timers), outcome.into_stop(stream_of(id), limit)),
        Work::Request(request) => {
            let is_done = matches!(outcome, Outcome::Done);
            let is_interrupted = matches!(outcome, Outcome::Interrupted);
            let why = outcome.into_stop(stream_of(id), limit);
            let why = if is_interrupted { Some(ProcessStop::NotRunning) } else { why };
            let stored = Position::new(reactor.stored.load(Ordering::Acquire));
            request.answer(why.map_or(Ok((is_done, stored)), |why| Err(Arc::new(why))));
            (Done::Request, None)
        }
    };
    Finished { instance, done, stop }
}

impl Outcome {
    /// Why the process is to stop.
    fn into_stop(self, instance: StreamId, limit: usize) -> Option<ProcessStop> {
        match self {
            Self::Done | Self::Parked | Self::Overtaken | Self::Interrupted => None,
            Self::Failed(fault) => Some(ProcessStop::Failed { instance, fault }),
            Self::Full(fault) => Some(ProcessStop::TooManyParked { limit, instance, fault: Box::new(fault) }),
        }
    }
}
