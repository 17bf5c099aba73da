//! Where the rows of the views under test are kept.

use eventsourcing::Views;

/// Where the rows of views are kept while one set of them follows another.
pub(crate) enum Target {
    /// In memory, as long as the first set lives.
    Memory(Views),
}

impl Target {
    /// One of each kind, with nothing in it.
    pub(crate) fn each() -> [fn() -> Self; 1] {
        [|| Self::Memory(Views::memory())]
    }

    /// The views as a program finds them that has just started.
    pub(crate) fn open(&self) -> Views {
        match self {
            Self::Memory(views) => views.clone(),
        }
    }
}
