//! A counter whose changes are waited for.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::store::Watch;
use crate::stream::Position;

/// How often something has happened.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    next: AtomicU64,
    watch: Watch,
}

impl Counter {
    /// Counts one more, and wakes those who wait for it.
    pub(crate) fn increment(&self) {
        let count = self.next.fetch_add(1, Ordering::AcqRel) + 1;
        // Of two at once, the later one may publish first: the other then changes nothing.
        self.watch.publish(Position::new(count));
    }

    pub(crate) fn count(&self) -> u64 {
        self.watch.published().get()
    }

    /// Waits until it is past a count.
    pub(crate) async fn wait_past(&self, count: u64) {
        self.watch.wait_past(Position::new(count)).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    #[test]
    fn each_of_several_threads_is_counted() {
        let (counter, begin) = (Counter::default(), Barrier::new(4));
        let count = || {
            begin.wait();
            (0..20_000).for_each(|_| counter.increment());
        };
        thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(count))));
        assert_eq!(counter.count(), 80_000);
        pollster::block_on(counter.wait_past(79_999));
    }
}
