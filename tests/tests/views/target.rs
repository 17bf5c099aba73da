//! Where the rows of a test's views are kept: each test runs with each.

use std::cell::RefCell;
use std::path::PathBuf;

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
        self.place().open()
    }

    /// Where the rows of views are kept, with nothing in it.
    pub(crate) fn place(&self) -> Place {
        if !self.is_sqlite {
            return Place::Memory(Views::memory());
        }
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Folder(folder.path().to_owned());
        self.folders.borrow_mut().push(folder);
        place
    }
}

/// Where the rows of views are kept while one program follows another.
pub(crate) enum Place {
    /// As long as one of the views lives.
    Memory(Views),
    Folder(PathBuf),
}

impl Place {
    /// The views as a program finds them that has just started.
    pub(crate) fn open(&self) -> Views {
        match self {
            Self::Memory(views) => views.clone(),
            Self::Folder(folder) => Views::sqlite(folder).unwrap(),
        }
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
