//! Pauses between attempts at what may fail for a time: each twice the one before.

use std::mem;
use std::time::Duration;

const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_secs(5);

/// How long to wait before what has failed is tried again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    next: Duration,
}

impl Backoff {
    pub(crate) const NEW: Self = Self { next: SHORTEST };

    /// The pause after one more failure.
    pub(crate) fn next_pause(&mut self) -> Duration {
        let longer = (self.next * 2).min(LONGEST);
        mem::replace(&mut self.next, longer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let mut backoff = Backoff::NEW;
        let pauses: Vec<_> = (0..11).map(|_| backoff.next_pause().as_millis()).collect();
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 5_000, 5_000]);
    }
}
