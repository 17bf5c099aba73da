//! Reading an export back: lines are gathered to commits, and each commit is stored unless it is there already.

mod line;
mod target;

use std::io::BufRead;

use self::line::{Line, Lines};
use self::target::Target;
use crate::aggregate::{Aggregate, is_claim};
use crate::codec::{self, ClaimEvent, JournalEvent};
use crate::error::{ImportError, ImportLineError};
use crate::log::{LogSource, OnUnknown};
use crate::repository::Repository;
use crate::store::{Commit, EventStore, Limits};

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// How many events were stored now.
    pub stored: u64,
    /// How many were in the store already, each equal to its line.
    pub found: u64,
}

impl<A: Aggregate> Repository<A> {
    /// Stores what [`LogReader::export`](crate::log::LogReader::export) has written: each event under its id and version, with its payload byte for
    /// byte, its metadata and the time at which it was first recorded.
    ///
    /// The store may have other events; positions are the store's own, so `position` in a line is not looked at, but where it is of the journal of a
    /// [process](mod@crate::process): that is taken only where it stood before, as in an import of the whole log into an empty store. Lines that follow each other with one
    /// time and the same metadata become one commit. An event that the store has already, equal to its line, is left as it is: after an error, or
    /// when the program was ended in the middle, run the same import again. Each commit is synced as any other.
    ///
    /// The log of a whole application is imported by [`Application::import`](crate::Application::import).
    ///
    /// Memory is used for one commit. The ids that callers gave to commits are not part of an export, so they are not known to the new store.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] struct Example { root: Root<Self> }
    /// # #[events] impl Example {
    /// #     #[event(Created)] fn create() -> Self { Self { root: Root::new() } }
    /// # }
    /// # pollster::block_on(async {
    /// let old = Repository::<Example>::new(MemoryStore::new());
    /// let mut example = Example::create();
    /// old.save(&mut example).await?;
    /// let mut lines = Vec::new();
    /// old.log().export(&mut lines).await?;
    ///
    /// let new = Repository::<Example>::new(MemoryStore::new());
    /// assert_eq!(new.import(&mut &*lines).await?.stored, 1);
    /// assert_eq!(new.import(&mut &*lines).await?.found, 1, "nothing is stored twice");
    /// assert_eq!(new.history(example.id()).await?, old.history(example.id()).await?);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// By [`ImportError`], which names the line. The commits before it are stored, and nothing of the commit that the line belongs to. An event that
    /// this program does not know is refused, unless the repository was made by [`on_unknown`](Self::on_unknown).
    ///
    /// # Cancel safety
    ///
    /// The commits that were stored when the future is dropped stay stored; the same import again goes on after them.
    pub async fn import(&self, input: &mut (dyn BufRead + Send)) -> Result<Imported, ImportError> {
        import(&**self.store(), &Self::log_source(), self.on_unknown, input).await
    }
}

/// Stores the lines of an export whose events this source can read.
pub(crate) async fn import<E>(
    store: &dyn EventStore,
    source: &LogSource<E>,
    on_unknown: OnUnknown,
    input: &mut (dyn BufRead + Send),
) -> Result<Imported, ImportError> {
    let (target, own) = (Target { store }, (source.own_streams)());
    let limits = store.limits();
    let (mut lines, mut group) = (Lines::new(input), Group::new(limits));
    let mut imported = Imported::default();
    while let Some(line) = lines.next()? {
        check(source, &own, on_unknown, &line).map_err(|error| line.is_wrong(error))?;
        if !group.takes(&line) {
            target.store(group, &mut imported).await?;
            group = Group::new(limits);
        }
        group.push(line);
    }
    target.store(group, &mut imported).await?;
    Ok(imported)
}

/// Whether the line is of an event that this source can read.
fn check<E>(source: &LogSource<E>, own: &[&str], on_unknown: OnUnknown, line: &Line) -> Result<(), ImportLineError> {
    let found = line.stream.aggregate();
    if own.contains(&found) {
        let (event, version, payload) = (&line.event, line.schema_version, &line.payload);
        let read = if is_claim(&line.stream) {
            ClaimEvent::decode(event, version, payload).map(drop)
        } else {
            JournalEvent::decode(event, version, payload).map(drop)
        };
        return read.map_err(ImportLineError::Event);
    }
    if !source.aggregates.contains(&found) {
        return Err(ImportLineError::Aggregate { expected: source.aggregates, found: found.to_owned() });
    }
    if let Some(metadata) = &line.metadata {
        codec::check_metadata(metadata).map_err(ImportLineError::Metadata)?;
    }
    match (source.decode)(&line.as_stored(), &mut |_| ()) {
        // As a reader decodes it: what can be exported can be imported.
        Err(error) if on_unknown.refuses(&error) => Err(ImportLineError::Event(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Lines that become one commit.
struct Group {
    lines: Vec<Line>,
    bytes: usize,
    /// Those of the store.
    limits: Limits,
}

impl Group {
    const fn new(limits: Limits) -> Self {
        Self { lines: Vec::new(), bytes: 0, limits }
    }

    /// Whether the line is of the same commit, as far as can be seen, and has room in it.
    fn takes(&self, line: &Line) -> bool {
        let same = |first: &Line| (first.recorded_at, &first.metadata) == (line.recorded_at, &line.metadata);
        self.lines.first().is_none_or(same)
            && self.lines.len() < self.limits.max_events
            && self.bytes + line.bytes() <= self.limits.max_commit_bytes
    }

    fn push(&mut self, line: Line) {
        self.bytes += line.bytes();
        self.lines.push(line);
    }

    /// The commit of its lines.
    fn commit(&self) -> Result<Commit, ImportError> {
        let mut commit = Commit::new();
        let Some(first) = self.lines.first() else { return Ok(commit) };
        commit.set_recorded_at(first.recorded_at);
        let refused = |line: &Line, error| ImportError::line(line.number, ImportLineError::InvalidCommit(error));
        commit.set_metadata(first.metadata.as_deref().unwrap_or_default()).map_err(|error| refused(first, error))?;
        for run in self.lines.chunk_by(Line::is_followed_by) {
            let Some(first) = run.first() else { continue };
            let mut append =
                commit.append(first.stream.clone(), first.version.previous()).map_err(|error| refused(first, error))?;
            for line in run {
                append = append
                    .event(line.event.clone(), line.schema_version, &line.payload)
                    .map_err(|error| refused(line, error))?;
            }
        }
        let is_too_large = |line: &&Line| line.payload.len() > self.limits.max_payload_bytes;
        let blamed = self.lines.iter().find(is_too_large).unwrap_or(first);
        self.limits.check(&commit).map_err(|error| refused(blamed, error))?;
        Ok(commit)
    }
}
