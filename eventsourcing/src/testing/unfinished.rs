//! A scenario that asserts nothing.

use std::panic::Location;
use std::thread;

/// Panics when it is dropped before the scenario asserted anything.
#[derive(Debug)]
pub(crate) struct Unfinished {
    begun: &'static Location<'static>,
    asserted: bool,
}

impl Unfinished {
    #[track_caller]
    pub(crate) const fn here() -> Self {
        Self { begun: Location::caller(), asserted: false }
    }

    pub(crate) fn asserted(mut self) {
        self.asserted = true;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // A second panic would end the process.
        assert!(
            self.asserted || thread::panicking(),
            "the scenario of {} asserts nothing: end it with a `.then..(..)`",
            self.begun
        );
    }
}
