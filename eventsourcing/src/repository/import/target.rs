//! The store that is imported into.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;

use super::line::Line;
use super::{Group, Imported};
use crate::aggregate::is_claim;
use crate::error::{ImportError, ImportLineError};
use crate::store::{EventStore, StoredEvent, StreamRead};
use crate::stream::{Position, StreamId, Version};

pub(super) struct Target<'a> {
    pub(super) store: &'a dyn EventStore,
}

impl Target<'_> {
    /// Stores a group, but for the events that the store has.
    pub(super) async fn store(&self, mut group: Group, imported: &mut Imported) -> Result<(), ImportError> {
        let lines = group.lines.len();
        while let (Some(first), Some(last)) = (group.lines.first(), group.lines.last()) {
            let (from, to) = (first.number, last.number);
            if let Err(moved) = self.check_positions(&group.lines).await {
                let before = group.lines.len();
                group = self.without_stored(group).await?;
                if group.lines.len() == before {
                    return Err(moved);
                }
                continue;
            }
            // In most imports the store has nothing of a group, or all: what it has is asked for only after a conflict.
            match self.store.commit(group.commit()?).await {
                Ok(_) => break,
                Err(error) => match error.without_preceding() {
                    Ok(source) => return Err(ImportError::Store { from, to, source }),
                    // Each further conflict means that others have stored events of these streams since.
                    Err(_) => group = self.without_stored(group).await?,
                },
            }
        }
        imported.stored += group.lines.len() as u64;
        imported.found += (lines - group.lines.len()) as u64;
        Ok(())
    }

    /// Whether the lines of journals will stand where they stood.
    async fn check_positions(&self, lines: &[Line]) -> Result<(), ImportError> {
        let Some(first) = lines.iter().find(|line| line.stream.is_journal()) else { return Ok(()) };
        let number = first.number;
        let failed = |source| ImportError::Store { from: number, to: number, source };
        let head = self.store.head().await.map_err(failed)?;
        (1..).zip(lines).try_for_each(|(after, line)| line.check_position(Position::new(head.get() + after)))
    }

    /// What the store does not have of a group.
    async fn without_stored(&self, mut group: Group) -> Result<Group, ImportError> {
        let mut found = HashSet::new();
        let mut streams: HashMap<&StreamId, BTreeMap<Version, &Line>> = HashMap::new();
        for line in &group.lines {
            match streams.entry(&line.stream).or_default().entry(line.version) {
                Entry::Vacant(entry) => drop(entry.insert(line)),
                Entry::Occupied(before) if before.get().is_same(line) => drop(found.insert(line.number)),
                Entry::Occupied(_) => {
                    return Err(line.is_wrong(other_history(&line.stream)));
                }
            }
        }
        let mut next: HashMap<&StreamId, Version> = HashMap::new();
        for (stream, lines) in &streams {
            next.insert(stream, self.find(stream, lines, &mut found).await?.next());
        }
        // In the order of the lines, which is that in which they are stored.
        for line in group.lines.iter().filter(|line| !found.contains(&line.number)) {
            let next = next.entry(&line.stream).or_insert(Version::new(1));
            if line.version != *next {
                let (stream, version) = (line.stream.clone(), line.version);
                return Err(line.is_wrong(ImportLineError::Gap { stream, version, next: *next }));
            }
            *next = next.next();
        }
        group.lines.retain(|line| !found.contains(&line.number));
        Ok(group)
    }

    /// Finds the lines of a stream that the store has, and gives the version that the stream is at.
    async fn find(
        &self,
        stream: &StreamId,
        lines: &BTreeMap<Version, &Line>,
        found: &mut HashSet<u64>,
    ) -> Result<Version, ImportError> {
        let failed = |source| ImportError::Compare { stream: stream.clone().into(), source };
        let read = StreamRead::new(stream.clone());
        let last = self.store.read_stream(read.clone().backward().limit(1), &mut |_| ControlFlow::Continue(())).await;
        let last = last.map_err(failed)?.reached;
        let (Some(from), Some(to)) = (lines.keys().next(), lines.keys().next_back()) else { return Ok(last) };
        let mut read = read.versions(*from..=last.min(*to));
        while read.from <= read.to {
            let mut different = None;
            let mut visit = |stored: StoredEvent<'_>| match lines.get(&stored.version) {
                Some(line) if !line.is_stored(&stored) => {
                    different = Some(*line);
                    ControlFlow::Break(())
                }
                line => {
                    found.extend(line.map(|line| line.number));
                    ControlFlow::Continue(())
                }
            };
            let page = self.store.read_stream(read.clone(), &mut visit).await.map_err(failed)?;
            if let Some(line) = different {
                return Err(line.is_wrong(other_history(stream)));
            }
            if !page.more {
                break;
            }
            read.advance(page);
        }
        Ok(last)
    }
}

/// That another event stands where a line is to be.
fn other_history(stream: &StreamId) -> ImportLineError {
    let stream = stream.clone();
    if is_claim(&stream) { ImportLineError::OtherClaim { stream } } else { ImportLineError::Different { stream } }
}
