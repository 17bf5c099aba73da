//! Where the rows of a test's views are kept: each test runs with each.

use std::cell::RefCell;

use eventsourcing::Views;
use tempfile::TempDir;

/// Makes views that are new, and keeps their folders as long as the test runs.
pub(crate) struct Target {
    is_sqlite: bool,
    folders: RefCell<Vec<TempDir>>,
}

impl Target {
    pub(crate) const fn memory() -> Self {
        Self { is_sqlite: false, folders: RefCell::new(Vec::new()) }
    }

    pub(crate) const fn sqlite() -> Self {
        Self { is_sqlite: true, folders: RefCell::new(Vec::new()) }
    }

    /// How often a property is tried.
    pub(crate) const fn cases(&self) -> u32 {
        if self.is_sqlite { 25 } else { 300 }
    }

    pub(crate) fn views(&self) -> Views {
        if !self.is_sqlite {
            return Views::memory();
        }
        let folder = tempfile::tempdir().unwrap();
        let views = Views::sqlite(folder.path()).unwrap();
        self.folders.borrow_mut().push(folder);
        views
    }
}

/// Makes a test with each target of these functions.
macro_rules! with_each_target {
    ($($test:ident,)*) => {
        mod memory {
            $(#[test] fn $test() { super::$test(&crate::target::Target::memory()); })*
        }

        mod sqlite {
            $(#[test] fn $test() { super::$test(&crate::target::Target::sqlite()); })*
        }
    };
}

pub(crate) use with_each_target;
