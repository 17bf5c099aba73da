use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use pollster::block_on;
use uuid::Uuid;

use super::*;

fn stream() -> StreamId {
    StreamId::new("Account", Uuid::nil())
}

/// Whether a place comes to its turn when it is polled now.
fn has_turn(place: &mut Place<'_>, waker: &Waker) -> bool {
    let wait = std::pin::pin!(place.wait());
    matches!(wait.poll(&mut Context::from_waker(waker)), Poll::Ready(true))
}

#[derive(Default)]
struct Woken(AtomicUsize, Turns);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
        // Foreign code may use the turns, and does not run under their lock.
        drop(self.1.enter(0, stream()));
    }
}

#[test]
fn the_turn_is_handed_on_in_the_order_of_coming_with_the_state() {
    let woken = Arc::new(Woken::default());
    let (turns, waker) = (&woken.1, Waker::from(Arc::clone(&woken)));
    let mut places: Vec<_> = (0..4).map(|_| turns.enter(0, stream())).collect();
    let polled: Vec<_> = places.iter_mut().map(|place| has_turn(place, &waker)).collect();
    assert_eq!(polled, [true, false, false, false]);
    assert!(has_turn(&mut turns.enter(7, stream()), &waker), "another store has other turns");
    assert_eq!(places[0].take_state::<u64>(), None);
    assert!(!places[0].begin_load() && places[0].is_awaited());
    places[0].sent();
    places[0].hand_on(5_u64);
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    // The second is gone before it has looked: the third finds the state.
    drop(places.remove(1));
    assert!(!has_turn(&mut places[2], &waker), "it is not the last's turn");
    assert!(block_on(places[1].wait()));
    assert_eq!(places[1].take_state::<u64>(), Some(5));
    assert!(places[1].begin_load(), "what the first has sent may be unanswered");
    places[1].hand_on("of another type");
    assert!(block_on(places[2].wait()));
    assert_eq!((places[2].take_state::<u64>(), places[2].is_awaited()), (None, false));
    drop(places);
    assert!(turns.is_unused());
}

#[test]
fn a_state_that_rests_on_what_was_not_stored_is_not_given_out() {
    let turns = Turns::new();
    let mut first = turns.enter(0, stream());
    first.begin_load();
    first.hand_on(1_u64);
    let mut second = turns.enter(0, stream());
    assert_eq!(second.take_state::<u64>(), Some(1));
    second.hand_on(2_u64);
    first.fail();
    let mut third = turns.enter(0, stream());
    assert_eq!(third.take_state::<u64>(), None, "it goes back to the load of the first");
    third.begin_load();
    third.hand_on(3_u64);
    second.fail();
    assert_eq!(turns.enter(0, stream()).take_state::<u64>(), Some(3), "another load");
    drop((first, second, third));
    assert!(turns.is_unused());
}

/// By 50 ms at most for the first, and at once for those that come after it.
#[test]
fn a_turn_that_does_not_move_is_not_waited_for() {
    let turns = Turns::new();
    let holds = turns.enter(0, stream());
    let mut waits = [turns.enter(0, stream()), turns.enter(0, stream())];
    for place in &mut waits {
        assert!(!block_on(place.wait()));
    }
    drop(holds);
    let [first, mut second] = waits;
    let mut third = turns.enter(0, stream());
    drop(first);
    assert!(block_on(second.wait()), "it moves again");
    drop(second);
    assert!(block_on(third.wait()));
    drop(third);
    assert!(turns.is_unused());
}
