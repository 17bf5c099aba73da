//! The generations of a view in its folder: which of them this program keeps up to date, and which it shows.

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Params, Transaction};

use crate::error::ViewError;
use crate::view::sqlite::file;
use crate::view::sqlite::folder::{Builds, Built, Code, Folder, activate, activate_before, add, remove};
use crate::view::sqlite::generation::GenerationFile;
use crate::view::sqlite::reader::SqliteReader;
use crate::view::sqlite::snapshot::SqliteSnapshot;
use crate::view::sqlite::statements::Statements;
use crate::view::sqlite::table::SqliteTable;
use crate::view::{
    Checkpoint, Generation, Home, Look, Projection, Role, RowReader, RowSnapshot, Table, View, ViewGeneration,
};

/// How long it may take until a swap by another process is noticed.
const LOOK: Duration = Duration::from_millis(100);

/// The generations of a view in its folder.
pub(crate) struct SqliteHome<V: View> {
    folder: Arc<Folder>,
    code: Code,
    shown: Mutex<Option<Shown<V>>>,
}

/// The generation that is shown, as it was last looked up.
struct Shown<V: View> {
    number: Generation,
    reader: Arc<SqliteReader<V>>,
    looked: Instant,
}

impl<P: Projection> SqliteHome<P> {
    pub(crate) fn new(folder: Arc<Folder>) -> Self {
        let code = Code { view: P::NAME, version: P::VERSION, fingerprint: fingerprint::<P>() };
        Self { folder, code, shown: Mutex::new(None) }
    }

    /// The rows that fulfil conditions in SQL.
    pub(crate) fn query(&self, conditions: &str, parameters: impl Params) -> Result<Vec<P>, ViewError> {
        self.reader(Look::Recent)?.query(conditions, parameters)
    }

    /// A connection that reads the generation which is shown.
    pub(crate) fn connect(&self) -> Result<Connection, ViewError> {
        self.reader(Look::Now)?.connect()
    }

    fn reader(&self, look: Look) -> Result<Arc<SqliteReader<P>>, ViewError> {
        let mut shown = self.lock();
        if let Some(shown) = shown.as_ref().filter(|shown| look == Look::Recent && shown.looked.elapsed() < LOOK) {
            return Ok(Arc::clone(&shown.reader));
        }
        loop {
            let number = self.shown_number()?;
            if let Some(shown) = shown.as_mut().filter(|shown| shown.number == number && shown.reader.is_current()) {
                shown.looked = Instant::now();
                return Ok(Arc::clone(&shown.reader));
            }
            let path = self.folder.file_of(P::NAME, number);
            // The runner that is to make it has not begun.
            if !path.exists() {
                return Err(ViewError::NotBuilt { view: P::NAME });
            }
            let reader = Arc::new(SqliteReader::open(path)?);
            *shown = Some(Shown { number, reader, looked: Instant::now() });
            // Looks again: another may have been swapped in before the file was open.
        }
    }

    fn shown_number(&self) -> Result<Generation, ViewError> {
        let shown = shown(&self.folder.builds(P::NAME)?, self.code);
        shown.map(|built| built.number).ok_or(ViewError::NotBuilt { view: P::NAME })
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Option<Shown<P>>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Projection> Home<P> for SqliteHome<P> {
    fn shown(&self, look: Look) -> Result<Arc<dyn RowReader<P>>, ViewError> {
        Ok(self.reader(look)? as Arc<dyn RowReader<P>>)
    }

    fn generations(&self) -> Result<Vec<(Generation, Role)>, ViewError> {
        let mut builds = self.folder.builds(P::NAME)?;
        if is_missing(&builds, self.code) {
            // Another process may have made it meanwhile.
            let add = |tx: &Transaction<'_>, builds: &Builds| {
                if is_missing(builds, self.code) { add(tx, self.code, builds) } else { Ok(()) }
            };
            self.folder.change(P::NAME, add)?;
            builds = self.folder.builds(P::NAME)?;
        }
        let kept = kept(&builds, self.code);
        match builds.active {
            Some(active) if kept.is_empty() => {
                Err(ViewError::NewerCode { view: P::NAME, version: P::VERSION, active: active.version })
            }
            _ => Ok(kept),
        }
    }

    fn table(&self, generation: Generation) -> Result<Box<dyn Table<P>>, ViewError> {
        let path = self.folder.file_of(P::NAME, generation);
        let make = |conn: &Connection| conn.execute_batch(&Statements::<P>::create());
        let file = GenerationFile::open(P::NAME, path, self.folder.lease(), make)?;
        Ok(Box::new(SqliteTable::new(file, Statements::<P>::new())))
    }

    fn all(&self) -> Result<Vec<ViewGeneration>, ViewError> {
        let builds = self.folder.builds(P::NAME)?;
        let of = |built: &Built| ViewGeneration {
            number: built.number.0,
            version: built.version,
            is_active: builds.active.is_some_and(|active| active.number == built.number),
            is_held: built.is_held,
        };
        Ok(builds.all.iter().map(of).collect())
    }

    fn snapshot_active(&self) -> Result<Box<dyn RowSnapshot>, ViewError> {
        self.snapshot(self.active()?.number)
    }

    fn snapshot(&self, generation: Generation) -> Result<Box<dyn RowSnapshot>, ViewError> {
        let path = self.folder.file_of(P::NAME, generation);
        // The runner that is to make it has not begun.
        if !path.exists() {
            return Err(ViewError::NotBuilt { view: P::NAME });
        }
        Ok(Box::new(SqliteSnapshot::open(path, P::NAME)?))
    }

    fn active_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        let path = self.folder.file_of(P::NAME, self.active()?.number);
        SqliteReader::<P>::open(path)?.checkpoint()
    }

    fn remove(&self, generation: Generation) -> Result<bool, ViewError> {
        let removed = self.folder.change(P::NAME, |tx, builds| {
            let is_kept = kept(builds, self.code).iter().any(|(kept, _)| *kept == generation);
            let is_active = builds.active.is_some_and(|active| active.number == generation);
            if is_kept || is_active { Ok(false) } else { remove(tx, P::NAME, generation) }
        })?;
        if removed {
            file::remove_unused(&self.folder.file_of(P::NAME, generation));
        }
        Ok(removed)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn rebuild(&self) -> Result<(), ViewError> {
        self.folder.change(P::NAME, |tx, builds| match built(builds, self.code) {
            Some(_) => Ok(()),
            None => add(tx, self.code, builds),
        })
    }

    fn swap(&self, to: Generation, is_forced: bool) -> Result<bool, ViewError> {
        let path = self.folder.file_of(P::NAME, to);
        let rows = match path.exists().then(|| SqliteReader::<P>::open(path.clone())) {
            // No runner has begun with it: there is nothing to show.
            None | Some(Err(ViewError::NotBuilt { .. })) => return Ok(false),
            Some(rows) => rows?,
        };
        if !is_forced {
            let new = rows.parked_len()?;
            // Whatever cannot be read is worse.
            let old = self.active_parked().unwrap_or(usize::MAX);
            if new > old {
                return Ok(false);
            }
        }
        // After a loss of power, the rows that are shown then are there.
        file::sync(P::NAME, &path)?;
        let swapped = self.folder.change(P::NAME, |tx, builds| {
            // Not if another has swapped meanwhile: that one is newer, or was asked for.
            let may = built(builds, self.code).is_some_and(|built| built.number == to && (is_forced || !built.is_held));
            if may {
                activate(tx, P::NAME, to)?;
            }
            Ok(may)
        })?;
        self.reader(Look::Now)?;
        Ok(swapped)
    }

    fn swap_back(&self) -> Result<bool, ViewError> {
        let swapped = self.folder.change(P::NAME, |tx, _| activate_before(tx, P::NAME))?;
        if swapped {
            self.reader(Look::Now)?;
        }
        Ok(swapped)
    }
}

impl<P: Projection> SqliteHome<P> {
    /// How many rows of the active generation are set aside, whatever code has made it.
    fn active_parked(&self) -> Result<usize, ViewError> {
        SqliteReader::<P>::open(self.folder.file_of(P::NAME, self.active()?.number))?.parked_len()
    }

    fn active(&self) -> Result<Built, ViewError> {
        self.folder.builds(P::NAME)?.active.ok_or(ViewError::NotBuilt { view: P::NAME })
    }
}

/// Whether this code has no generation, and is to make one.
fn is_missing(builds: &Builds, code: Code) -> bool {
    let has_none = builds.all.iter().all(|built| !built.is_of(code));
    // Older code makes none where newer code has: each would take the place of the other at each start.
    has_none && builds.active.is_none_or(|active| code.version >= active.version)
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

/// A number that differs where the columns do (FNV-1a, 64 bits).
fn fingerprint<V: View>() -> i64 {
    let mut text = String::new();
    for column in V::COLUMNS {
        use std::fmt::Write as _;
        let (optional, key, indexed) = (column.is_optional, column.is_key, column.is_indexed);
        _ = write!(text, "{} {:?} {optional} {key} {indexed};", column.name, column.column_type);
    }
    let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, fnv).cast_signed()
}
