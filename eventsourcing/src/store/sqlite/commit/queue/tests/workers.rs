//! Where a worker leads, and where none can be started.

use super::*;

#[test]
fn without_a_worker_the_commits_of_futures_are_refused() {
    let queue = Queue::new(|_| Err(io::Error::other("no thread")));
    let mut future = queue.enqueue(commit(1));
    let std::task::Poll::Ready(Some(Err(CommitError::Store(error)))) = poll(&mut future, Waker::noop()) else {
        panic!("it is refused")
    };
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    leading(&queue).hand_on();
    // A thread that waits leads instead.
    let lead = leading(&queue);
    let mut future = queue.enqueue(commit(1));
    assert!(poll(&mut future, Waker::noop()).is_pending());
    let waiter = waiting(&queue, 2);
    lead.hand_on();
    assert!(matches!(waiter.wait(), NextStep::Lead(_)));
}

#[test]
fn without_a_worker_also_those_that_wait_for_room_are_refused() {
    let queue = Queue::new(|_| Err(io::Error::other("no thread")));
    let lead = leading(&queue);
    let mut futures: Vec<_> = (0..=ROOM.commits).map(|_| queue.enqueue(commit(1))).collect();
    for future in &mut futures {
        assert!(poll(future, Waker::noop()).is_pending());
    }
    assert_eq!(lengths(&queue), (ROOM.commits, 1));
    lead.hand_on();
    for future in &mut futures {
        assert!(matches!(poll(future, Waker::noop()), std::task::Poll::Ready(Some(Err(_)))));
    }
}

#[test]
fn several_waiting_threads_are_led_by_a_worker_if_one_is_free() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let asks = Arc::clone(&asked);
    let queue = Queue::new(move |need| {
        asks.lock().unwrap().push(need);
        Ok(())
    });
    let lead = leading(&queue);
    let waiting = [waiting(&queue, 1), waiting(&queue, 1)];
    lead.hand_on();
    assert_eq!(*asked.lock().unwrap(), [Need::OrThread]);

    // The worker goes on with its lead, and a thread that is left alone leads itself.
    let lead = Lead::assume(&queue);
    let group = lead.take();
    assert!(sizes(&group).len() == 2 && !group.has_futures());
    let lead = group.answer([1, 2].map(|last| Ok(stored(last))).into());
    assert!(waiting.iter().all(|waiter| matches!(waiter.wait(), NextStep::Answered(Ok(_)))));
    let alone = self::waiting(&queue, 1);
    lead.hand_on();
    assert!(matches!(alone.wait(), NextStep::Lead(_)));
    assert_eq!(asked.lock().unwrap().len(), 1);
}
