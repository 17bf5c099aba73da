mod wakers;
mod workers;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Waker;
use std::thread;

use uuid::Uuid;

use super::enqueue::Enqueue;
use super::state::{GROUP, Load, ROOM};
use super::*;
use crate::StreamId;
use crate::error::StoreErrorKind;
use crate::store::sqlite::commit::source::CommitSource;

fn commit(bytes: usize) -> Commit {
    let mut commit = Commit::new();
    let append = commit.append(StreamId::new("Account", Uuid::nil()), 0).unwrap();
    append.event("Happened", 1, &vec![b' '; bytes]).unwrap();
    commit
}

fn stored(last: u64) -> Committed {
    Committed { first: last.into(), last: last.into(), repeated: false }
}

/// A queue, and how many workers it has started: only where no thread can lead.
fn queue() -> (Arc<Queue>, Arc<AtomicUsize>) {
    let started = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&started);
    let start = move |need| {
        if need == Need::OrThread {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(())
    };
    (Arc::new(Queue::new(start)), started)
}

fn waiting(queue: &Queue, bytes: usize) -> Waiter<'_> {
    match queue.enter(commit(bytes)) {
        Entered::Waiting(waiter) => waiter,
        Entered::Leading(..) => panic!("there is no leader"),
    }
}

fn leading(queue: &Queue) -> Lead<'_> {
    match queue.enter(commit(1)) {
        Entered::Leading(_, lead) => lead,
        Entered::Waiting(_) => panic!("another leads"),
    }
}

fn poll(future: &mut Enqueue<'_>, waker: &Waker) -> std::task::Poll<Option<Outcome>> {
    std::pin::Pin::new(future).poll(&mut std::task::Context::from_waker(waker))
}

/// How many are in the queue, and how many wait for room.
fn lengths(queue: &Queue) -> (usize, usize) {
    let state = queue.state();
    (state.entries.len(), state.outside.len())
}

fn sizes(group: &Group<'_>) -> Vec<usize> {
    let size =
        |commit: &Commit| commit.appends().flat_map(|append| append.events()).map(|event| event.payload.len()).sum();
    (0..).map_while(|index| group.get(index)).map(size).collect()
}

#[test]
fn a_lone_thread_leads_and_those_that_arrive_meanwhile_are_a_group() {
    let (queue, _) = queue();
    for _ in 0..2 {
        assert!(leading(&queue).take().is_empty());
    }
    let lead = leading(&queue);
    let waiters = [waiting(&queue, 1), waiting(&queue, 2)];
    let mut future = queue.enqueue(commit(3));
    assert!(poll(&mut future, Waker::noop()).is_pending());
    let group = lead.take();
    assert_eq!(sizes(&group), [1, 2, 3]);
    assert!(group.end((1..4).map(|last| Ok(stored(last))).collect()).is_none());
    for (last, waiter) in (1..).zip(waiters) {
        assert!(matches!(waiter.wait(), NextStep::Answered(Ok(committed)) if committed.last == last));
    }
    assert!(matches!(pollster::block_on(future), Some(Ok(committed)) if committed.last == 3));
    leading(&queue).hand_on();
}

#[test]
fn a_thread_leads_those_before_it_and_a_worker_where_there_is_no_thread() {
    let (queue, started) = queue();
    let lead = leading(&queue);
    let mut future = queue.enqueue(commit(1));
    assert!(poll(&mut future, Waker::noop()).is_pending());
    let waiter = waiting(&queue, 2);
    lead.hand_on();
    let NextStep::Lead(lead) = waiter.wait() else { panic!("the thread leads") };
    let group = lead.take();
    assert_eq!(sizes(&group), [1, 2], "what came first is first");
    drop(group);
    assert_eq!(started.load(Ordering::Relaxed), 0);
    assert!(matches!(waiter.wait(), NextStep::Lost));

    let mut future = queue.enqueue(commit(1));
    assert!(poll(&mut future, Waker::noop()).is_pending());
    assert_eq!(started.load(Ordering::Relaxed), 1);
    let mut other = queue.enqueue(commit(2));
    assert!(poll(&mut other, Waker::noop()).is_pending());
    assert_eq!(started.load(Ordering::Relaxed), 1, "it takes both");
    let lead = Lead::assume(&queue);
    let group = lead.take();
    let mut late = queue.enqueue(commit(3));
    assert!(poll(&mut late, Waker::noop()).is_pending());
    assert_eq!(sizes(&group), [1, 2]);
    drop(group);
    assert_eq!(started.load(Ordering::Relaxed), 2, "for the one that came meanwhile");
}

#[test]
fn a_large_commit_of_a_thread_does_not_overtake_a_small_one() {
    let (queue, _) = queue();
    let lead = leading(&queue);
    let mut small = queue.enqueue(commit(1));
    assert!(poll(&mut small, Waker::noop()).is_pending());
    let large = waiting(&queue, GROUP);
    lead.hand_on();
    let NextStep::Lead(lead) = large.wait() else { panic!("the thread leads") };
    assert_eq!(sizes(&lead.take()).first(), Some(&1));
}

#[test]
fn a_group_ends_when_it_is_large() {
    let (queue, _) = queue();
    let lead = leading(&queue);
    let _places: Vec<_> = (0..5).map(|_| waiting(&queue, 3 << 20)).collect();
    let mut group = lead.take();
    assert_eq!(sizes(&group).len(), 2);
    group.take_more();
    assert_eq!(sizes(&group).len(), 2, "it is large already");
    drop(group);
    let group = Lead::assume(&queue).take_after(commit(1));
    assert_eq!(sizes(&group).len(), 3);
    drop(group);
    assert_eq!(sizes(&Lead::assume(&queue).take()).len(), 1);
}

#[test]
fn what_queues_while_a_group_is_written_joins_it_once() {
    let (queue, _) = queue();
    let mut group = leading(&queue).take_after(commit(1));
    let waiters = [waiting(&queue, 2), waiting(&queue, 3)];
    group.take_more();
    assert_eq!(sizes(&group), [1, 2, 3]);
    let late = waiting(&queue, 4);
    group.take_more();
    assert_eq!(sizes(&group), [1, 2, 3]);
    let own = group.end((1..4).map(|last| Ok(stored(last))).collect());
    assert!(matches!(own, Some(Ok(committed)) if committed.last == 1));
    for (last, waiter) in (2..).zip(waiters) {
        assert!(matches!(waiter.wait(), NextStep::Answered(Ok(committed)) if committed.last == last));
    }
    assert!(matches!(late.wait(), NextStep::Lead(_)));
}

#[test]
fn the_lead_itself_is_waited_for_in_order() {
    let (queue, _) = queue();
    let lead = leading(&queue);
    thread::scope(|scope| {
        let first = waiting(&queue, 1);
        let asking = scope.spawn(|| queue.lead().hand_on());
        while queue.state().entries.len() < 2 {
            thread::yield_now();
        }
        let last = waiting(&queue, 2);
        lead.hand_on();
        let NextStep::Lead(lead) = first.wait() else { panic!("the first leads") };
        let group = lead.take();
        assert_eq!(sizes(&group), [1], "a group ends before a caller that asks for the lead");
        drop(group);
        asking.join().unwrap();
        let NextStep::Lead(lead) = last.wait() else { panic!("the last leads") };
        assert_eq!(sizes(&lead.take()), [2]);
    });
    assert!(queue.try_lead().is_some());
}

#[test]
fn a_commit_of_a_dropped_future_is_removed_until_it_is_taken() {
    let (queue, _) = queue();
    let lead = leading(&queue);
    let mut futures: Vec<_> = (1..4).map(|bytes| queue.enqueue(commit(bytes))).collect();
    for future in &mut futures {
        assert!(poll(future, Waker::noop()).is_pending());
    }
    drop(futures.remove(1));
    let group = lead.take();
    assert_eq!(sizes(&group), [1, 3]);
    drop(futures);
    assert_eq!(queue.state().admitted, Load::default());
}

#[test]
fn futures_wait_for_room_in_their_order() {
    let (queue, _) = queue();
    let lead = leading(&queue);
    let part = ROOM.bytes / 8 - 1000;
    let mut inside: Vec<_> = (0..8).map(|_| queue.enqueue(commit(part))).collect();
    for future in &mut inside {
        assert!(poll(future, Waker::noop()).is_pending());
    }
    assert_eq!(queue.state().entries.len(), 8);
    let mut outside: Vec<_> = (0..3).map(|_| queue.enqueue(commit(part))).collect();
    for future in &mut outside {
        assert!(poll(future, Waker::noop()).is_pending());
    }
    assert_eq!(lengths(&queue), (8, 3));
    drop(outside.remove(0));
    drop(inside.pop());
    assert_eq!(lengths(&queue), (8, 1), "the next took its room, also if it is not polled");
    while lengths(&queue).0 > 0 {
        queue.state().take(0, &mut Vec::new());
    }
    lead.hand_on();
    assert_eq!(lengths(&queue), (1, 0));
    drop((inside, outside));
    assert_eq!(queue.state().admitted, Load::default());
}

#[test]
fn a_panic_hands_the_lead_on() {
    let (queue, _) = queue();
    let lead = leading(&queue);
    let waiter = waiting(&queue, 1);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _lead = lead;
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    let NextStep::Lead(lead) = waiter.wait() else { panic!("the thread that waits leads") };
    drop(lead.take());
    leading(&queue).hand_on();
}
