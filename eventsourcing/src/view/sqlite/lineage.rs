//! The generations of a view in its folder: which of them this program keeps up to date, and which it shows.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Transaction;

use crate::error::ViewError;
use crate::view::sqlite::folder::{Builds, Built, Code, Folder, activate, activate_before, add, remove};
use crate::view::sqlite::pool::{Pool, Reads};
use crate::view::sqlite::{file, generation, pairing, parked};
use crate::view::{Checkpoint, Freshness, Generation, Lineage, Role, ViewGeneration};

/// How long it may take until a swap by another process is noticed.
const RECENT: Duration = Duration::from_millis(100);

/// The generations of a view in its folder, each read by an `R`.
pub(super) struct FolderLineage<R> {
    folder: Arc<Folder>,
    code: Code,
    open: fn(PathBuf) -> Result<R, ViewError>,
    shown: Mutex<Option<Shown<R>>>,
}

/// The generation that is shown, as it was last found.
struct Shown<R> {
    number: Generation,
    reader: Arc<R>,
    checked: Instant,
}

impl<R: Reads> FolderLineage<R> {
    /// That of a view of this code; `open` opens a file for reading.
    pub(super) const fn new(folder: Arc<Folder>, code: Code, open: fn(PathBuf) -> Result<R, ViewError>) -> Self {
        Self { folder, code, open, shown: Mutex::new(None) }
    }

    /// What reads the generation that is shown.
    pub(super) fn reader(&self, freshness: Freshness) -> Result<Arc<R>, ViewError> {
        let mut shown = self.lock();
        if let Some(shown) =
            shown.as_ref().filter(|shown| freshness == Freshness::Recent && shown.checked.elapsed() < RECENT)
        {
            return Ok(Arc::clone(&shown.reader));
        }
        loop {
            let number = self.shown_number()?;
            if let Some(shown) =
                shown.as_mut().filter(|shown| shown.number == number && shown.reader.pool().is_current())
            {
                shown.checked = Instant::now();
                return Ok(Arc::clone(&shown.reader));
            }
            // Before another is opened: one that has lost its WAL would give it the index of that.
            let has_closed = shown.take().is_some();
            let path = self.file_of(number);
            // The runner that is to make it has not begun.
            if !path.exists() {
                return Err(self.not_built());
            }
            pairing::check(self.code.view, &path)?;
            let reader = Arc::new((self.open)(path)?);
            *shown = Some(Shown { number, reader, checked: Instant::now() });
            if has_closed {
                self.folder.delete_removed();
            }
            // Looks again: another may have been swapped in before the file was open.
        }
    }

    pub(super) fn file_of(&self, generation: Generation) -> PathBuf {
        self.folder.file_of(self.code.view, generation)
    }

    /// What `open` makes of the file of a generation.
    pub(super) fn open_generation<S>(
        &self,
        generation: Generation,
        open: fn(PathBuf, &'static str) -> Result<S, ViewError>,
    ) -> Result<S, ViewError> {
        let path = self.file_of(generation);
        // The runner that is to make it has not begun.
        if path.exists() { open(path, self.code.view) } else { Err(self.not_built()) }
    }

    /// How long its writer may stand still.
    pub(super) fn lease(&self) -> Duration {
        self.folder.lease()
    }

    /// The active generation, whatever code has made it.
    pub(super) fn active(&self) -> Result<Generation, ViewError> {
        let active = self.folder.builds(self.code.view)?.active;
        active.map(|active| active.number).ok_or_else(|| self.not_built())
    }

    /// Has readers find what is shown now. What was swapped stays so, whether or not this code can read it.
    fn find_shown_again(&self) {
        if self.reader(Freshness::Latest).is_err() {
            *self.lock() = None;
        }
    }

    fn shown_number(&self) -> Result<Generation, ViewError> {
        let shown = shown(&self.folder.builds(self.code.view)?, self.code);
        shown.map(|built| built.number).ok_or_else(|| self.not_built())
    }

    /// How much of the active generation is parked, whatever code has made it.
    fn active_parked(&self) -> Result<usize, ViewError> {
        self.parked(self.active()?)
    }

    fn parked(&self, generation: Generation) -> Result<usize, ViewError> {
        Pool::open(self.code.view, self.file_of(generation))?.read(parked::count)
    }

    const fn not_built(&self) -> ViewError {
        ViewError::not_built(self.code.view)
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Option<Shown<R>>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Reads> Lineage for FolderLineage<R> {
    fn to_keep(&self) -> Result<Vec<(Generation, Role)>, ViewError> {
        let (view, code) = (self.code.view, self.code);
        let mut builds = self.folder.builds(view)?;
        if is_missing(&builds, code) {
            // Another process may have made it meanwhile.
            let add = |tx: &Transaction<'_>, builds: &Builds| {
                if is_missing(builds, code) { add(tx, code, builds) } else { Ok(()) }
            };
            self.folder.change(view, add)?;
            builds = self.folder.builds(view)?;
        }
        let kept = kept(&builds, code);
        match builds.active {
            Some(active) if kept.is_empty() => {
                Err(ViewError::NewerCode { view, version: code.version, active: active.version })
            }
            _ => Ok(kept),
        }
    }

    fn rebuild(&self) -> Result<(), ViewError> {
        self.folder.change(self.code.view, |tx, builds| match built(builds, self.code) {
            Some(_) => Ok(()),
            None => add(tx, self.code, builds),
        })
    }

    fn swap(&self, to: Generation, is_forced: bool) -> Result<bool, ViewError> {
        let path = self.file_of(to);
        let rows = match path.exists().then(|| Pool::open(self.code.view, path.clone())) {
            // No runner has begun with it: there is nothing to show.
            None | Some(Err(ViewError::NotBuilt { .. })) => return Ok(false),
            Some(rows) => rows?,
        };
        if !is_forced {
            let new = rows.read(parked::count)?;
            // Whatever cannot be read is worse.
            let old = self.active_parked().unwrap_or(usize::MAX);
            if new > old {
                return Ok(false);
            }
        }
        // After a loss of power, the rows that are shown then are there.
        file::sync(self.code.view, &path)?;
        let swapped = self.folder.change(self.code.view, |tx, builds| {
            // Not if another has swapped meanwhile: that one is newer, or was asked for.
            let may = built(builds, self.code).is_some_and(|built| built.number == to && (is_forced || !built.is_held));
            if may {
                activate(tx, self.code.view, to)?;
            }
            Ok(may)
        })?;
        self.find_shown_again();
        Ok(swapped)
    }

    fn swap_back(&self) -> Result<bool, ViewError> {
        let swapped = self.folder.change(self.code.view, |tx, _| activate_before(tx, self.code.view))?;
        if swapped {
            self.find_shown_again();
        }
        Ok(swapped)
    }

    fn all(&self) -> Result<Vec<ViewGeneration>, ViewError> {
        let builds = self.folder.builds(self.code.view)?;
        let of = |built: &Built| ViewGeneration {
            number: built.number.0,
            version: built.version,
            is_active: builds.active.is_some_and(|active| active.number == built.number),
            is_held: built.is_held,
        };
        Ok(builds.all.iter().map(of).collect())
    }

    fn checkpoint(&self, generation: Generation) -> Result<Option<Checkpoint>, ViewError> {
        let pool = self.open_generation(generation, |path, view| Pool::open(view, path))?;
        pool.read(generation::checkpoint)
    }

    fn active_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        self.checkpoint(self.active()?)
    }

    fn shown_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        self.reader(Freshness::Latest)?.pool().read(generation::checkpoint)
    }

    fn remove(&self, generation: Generation) -> Result<bool, ViewError> {
        let view = self.code.view;
        let removed = self.folder.change(view, |tx, builds| {
            let is_kept = kept(builds, self.code).iter().any(|(kept, _)| *kept == generation);
            let is_active = builds.active.is_some_and(|active| active.number == generation);
            if is_kept || is_active { Ok(false) } else { remove(tx, view, generation) }
        })?;
        if removed {
            self.folder.delete_removed();
        }
        Ok(removed)
    }
}

/// Whether this code has no generation, and is to make one.
fn is_missing(builds: &Builds, code: Code) -> bool {
    let has_none = builds.all.iter().all(|built| !built.is_of(code));
    // Older code makes none where newer code has: each would take the place of the other at each start. In a damaged registry none may be active of those
    // that there are: nothing is known of their order then.
    builds.active.is_none_or(|active| has_none && code.version >= active.version)
}

/// The generation that this code builds to take the place of the active one.
fn built(builds: &Builds, code: Code) -> Option<Built> {
    let newer = |built: &&Built| built.is_of(code) && builds.active.is_some_and(|active| built.number > active.number);
    builds.all.iter().rev().find(newer).copied()
}

/// The generation whose rows this code reads.
fn shown(builds: &Builds, code: Code) -> Option<Built> {
    let active = builds.active?;
    if active.is_of(code) {
        return Some(active);
    }
    let before = builds.all.iter().rev().find(|built| built.is_of(code) && built.number < active.number);
    // What newer code has made is not kept up to date by this one; what older code has made is shown until that of this code is built.
    before.copied().or_else(|| (active.fingerprint == code.fingerprint).then_some(active))
}

/// The generations that this code keeps up to date.
fn kept(builds: &Builds, code: Code) -> Vec<(Generation, Role)> {
    let shown = shown(builds, code).filter(|shown| shown.is_of(code)).map(|shown| (shown.number, Role::Shown));
    let built = built(builds, code).map(|built| (built.number, Role::Built { is_held: built.is_held }));
    shown.into_iter().chain(built).collect()
}
