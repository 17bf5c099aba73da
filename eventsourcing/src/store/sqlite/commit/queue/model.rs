//! The queue in many orders of its steps: a leader is alone, every caller has one answer, each commit is stored once, and what comes first is
//! stored first. `tests/model_of_queue` runs it.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use shuttle::rand::{self, Rng};
use shuttle::sync::atomic::{AtomicBool, Ordering};
use shuttle::sync::mpsc::{Receiver, channel};
use shuttle::{check_pct, check_random, thread};

use super::enqueue::Enqueue;
use super::state::Load;
use super::*;
use crate::store::sqlite::commit::source::CommitSource;
use crate::store::sqlite::threads::sync::block_on;
use crate::stream::CommitId;

/// A store of nothing but the ids of commits.
struct Model {
    queue: Queue,
    is_led: AtomicBool,
    stored: Mutex<Vec<CommitId>>,
}

impl Model {
    fn leads<T>(&self, work: impl FnOnce(&mut Vec<CommitId>) -> T) -> T {
        assert!(!self.is_led.swap(true, Ordering::SeqCst), "a leader is alone");
        let done = work(&mut self.stored.lock().unwrap());
        thread::yield_now();
        assert!(self.is_led.swap(false, Ordering::SeqCst));
        done
    }

    /// Leads a group, with the leader's own commit first if it has one.
    fn lead(&self, own: Option<Commit>, lead: Lead<'_>) -> Option<Outcome> {
        let mut group = match own {
            Some(own) => lead.take_after(own),
            None => lead.take(),
        };
        let outcomes = self.store(&mut group);
        group.end(outcomes)
    }

    fn store(&self, group: &mut Group<'_>) -> Vec<Outcome> {
        self.leads(|stored| {
            let mut outcomes = Vec::new();
            let mut is_whole = false;
            while !is_whole {
                // Others come meanwhile.
                thread::yield_now();
                group.take_more();
                is_whole = group.get(outcomes.len()).is_none();
                while let Some(commit) = group.get(outcomes.len()) {
                    assert!(!stored.contains(&commit.id()), "each is stored once");
                    stored.push(commit.id());
                    let last = stored.len() as u64;
                    outcomes.push(Ok(Committed { first: last.into(), last: last.into(), repeated: false }));
                }
            }
            outcomes
        })
    }

    fn commit(&self, commit: Commit) -> Outcome {
        let waiter = match self.queue.enter(commit) {
            Entered::Leading(commit, lead) => return self.lead(Some(commit), lead).unwrap(),
            Entered::Waiting(waiter) => waiter,
        };
        loop {
            match waiter.wait() {
                NextStep::Answered(outcome) => return outcome,
                NextStep::Lost => panic!("no leader has panicked"),
                NextStep::Lead(lead) => assert!(self.lead(None, lead).is_none()),
            }
        }
    }

    /// The pool that the queue starts its workers on.
    fn work(&self, jobs: &Receiver<bool>) {
        while jobs.recv() == Ok(true) {
            self.serve(Lead::assume(&self.queue));
        }
    }

    /// Leads one group after the other, up to the first with a future's commit.
    fn serve(&self, mut lead: Lead<'_>) {
        loop {
            let mut group = lead.take();
            let outcomes = self.store(&mut group);
            if group.is_empty() || group.has_futures() {
                assert!(group.end(outcomes).is_none());
                return;
            }
            lead = group.answer(outcomes);
        }
    }
}

fn poll_once(future: &mut Enqueue<'_>) -> Poll<Option<Outcome>> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Threads that commit, futures that are awaited, futures that are dropped, and a thread that only leads, at the same time.
fn scenario(can_start: bool) {
    let (jobs, todo) = channel();
    let jobs = Arc::new(Mutex::new(jobs));
    let starting = Arc::clone(&jobs);
    let start = move |need| {
        if !can_start || need == Need::OrThread && rand::thread_rng().gen_bool(0.5) {
            return Err(io::Error::other("no thread"));
        }
        starting.lock().unwrap().send(true).unwrap();
        Ok(())
    };
    let model =
        Arc::new(Model { queue: Queue::new(start), is_led: AtomicBool::new(false), stored: Mutex::new(Vec::new()) });
    let run = |work: fn(&Model)| {
        let model = Arc::clone(&model);
        thread::spawn(move || work(&model))
    };
    let pool = {
        let model = Arc::clone(&model);
        thread::spawn(move || model.work(&todo))
    };
    let callers = [
        run(|model| {
            let before = model.commit(Commit::new()).unwrap();
            assert!(model.commit(Commit::new()).unwrap().last > before.last);
        }),
        run(|model| assert!(model.commit(Commit::new()).is_ok())),
        run(|model| {
            let (mut first, mut second) = (model.queue.enqueue(Commit::new()), model.queue.enqueue(Commit::new()));
            let polled = (poll_once(&mut first), poll_once(&mut second));
            let answer = |polled, future| match polled {
                Poll::Ready(outcome) => outcome,
                Poll::Pending => block_on(future),
            };
            let outcomes = (answer(polled.0, first).unwrap(), answer(polled.1, second).unwrap());
            if let (Ok(first), Ok(second)) = outcomes {
                assert!(first.last < second.last, "in the order in which they came");
            }
        }),
        run(|model| {
            let mut dropped = model.queue.enqueue(Commit::new());
            let _ = poll_once(&mut dropped);
        }),
        run(|model| {
            let lead = model.queue.lead();
            model.leads(|_| ());
            lead.hand_on();
        }),
    ];
    callers.into_iter().for_each(|caller| caller.join().unwrap());
    jobs.lock().unwrap().send(false).unwrap();
    pool.join().unwrap();
    // A worker whose group was removed before it led leaves nothing behind.
    let state = model.queue.state();
    assert!(!state.is_led && state.entries.is_empty() && state.outside.is_empty());
    assert_eq!(state.admitted, Load::default());
}

#[test]
fn random_orders() {
    check_random(|| scenario(true), 20_000);
}

#[test]
fn orders_that_find_rare_bugs() {
    check_pct(|| scenario(true), 20_000, 4);
}

#[test]
fn without_workers() {
    check_random(|| scenario(false), 10_000);
}
