//! The aggregates that a reaction has looked at, without their types: each at the version that it was loaded at, with what was recorded on it.

use std::any::Any;
use std::collections::BTreeMap;

use crate::aggregate::{Aggregate, Id, Mark, stream_of};
use crate::error::{LoadError, ReadError, SaveError};
use crate::log::OnUnknown;
use crate::repository::{Member, load};
use crate::store::{Commit, EventStore};
use crate::stream::{StreamId, Version};

/// The aggregates that a reaction has looked at.
#[derive(Default)]
pub(super) struct Members {
    each: BTreeMap<StreamId, Looked>,
    /// Whether the store has failed to read one: then nothing is known of what a handler made of it.
    pub(super) is_unread: bool,
}

enum Looked {
    At(Box<dyn AnyMember>),
    /// It was not there.
    Absent,
}

/// An aggregate as a member of a commit, and as what it is.
trait AnyMember: Send {
    fn member(&self) -> &dyn Member;
    fn member_mut(&mut self) -> &mut dyn Member;
    fn any(&mut self) -> &mut dyn Any;
    fn is_discarded(&self) -> bool;
}

impl<A: Aggregate> AnyMember for A {
    fn member(&self) -> &dyn Member {
        self
    }

    fn member_mut(&mut self) -> &mut dyn Member {
        self
    }

    fn any(&mut self) -> &mut dyn Any {
        self
    }

    fn is_discarded(&self) -> bool {
        self.root().is_discarded()
    }
}

impl Members {
    /// Loads an aggregate, unless it is here already.
    pub(super) async fn load<A: Aggregate>(&mut self, store: &dyn EventStore, id: Id<A>) -> Result<(), LoadError> {
        let stream = stream_of(id);
        if !self.each.contains_key(&stream) {
            let loaded = load::<A>(store, id, Version::MAX, OnUnknown::Error).await;
            let loaded = loaded.inspect_err(|error| self.note(error))?;
            let looked = loaded.map_or(Looked::Absent, |aggregate| Looked::At(Box::new(aggregate)));
            self.each.insert(stream.clone(), looked);
        }
        match self.each.get(&stream) {
            Some(Looked::At(member)) if !member.is_discarded() => Ok(()),
            _ => Err(LoadError::NotFound { stream }),
        }
    }

    /// Takes note of an error of reading.
    pub(super) fn note(&mut self, error: &LoadError) {
        self.is_unread |= matches!(error, LoadError::Read(ReadError::Store(_)));
    }

    /// Adds an aggregate that was made or loaded elsewhere.
    pub(super) fn add<A: Aggregate>(&mut self, aggregate: A) -> Result<(), SaveError> {
        let stream = stream_of(aggregate.id());
        match self.each.get(&stream) {
            Some(Looked::At(_)) => Err(SaveError::Duplicate { stream }),
            Some(Looked::Absent) | None => {
                self.each.insert(stream, Looked::At(Box::new(aggregate)));
                Ok(())
            }
        }
    }

    pub(super) fn get_mut<A: Aggregate>(&mut self, stream: &StreamId) -> Option<&mut A> {
        match self.each.get_mut(stream) {
            Some(Looked::At(member)) => member.any().downcast_mut(),
            Some(Looked::Absent) | None => None,
        }
    }

    pub(super) fn lend(&mut self, stream: &StreamId, mark: Mark) {
        if let Some(Looked::At(member)) = self.each.get_mut(stream) {
            member.member_mut().lend(mark);
        }
    }

    pub(super) fn is_lent(&self, stream: &StreamId, mark: Mark) -> bool {
        matches!(self.each.get(stream), Some(Looked::At(member)) if member.member().is_lent(mark))
    }

    /// The streams of all, in their order.
    pub(super) fn streams(&self) -> impl Iterator<Item = &StreamId> {
        self.each.keys()
    }

    /// The aggregates, each as a member of a commit.
    pub(super) fn members(&mut self) -> impl Iterator<Item = &mut dyn Member> {
        self.each.values_mut().filter_map(|looked| match looked {
            Looked::At(member) => Some(member.member_mut()),
            Looked::Absent => None,
        })
    }

    /// Has a commit check that each is as it was loaded, and that those which were not there are not.
    pub(super) fn check(&self, commit: &mut Commit) -> Result<(), SaveError> {
        for (stream, looked) in &self.each {
            match looked {
                Looked::At(member) => member.member().stage(0, commit)?,
                Looked::Absent => {
                    commit.append(stream.clone(), Version::new(0))?;
                }
            }
        }
        Ok(())
    }

    /// The streams of those that were not there.
    pub(super) fn absent(&self) -> impl Iterator<Item = &StreamId> {
        self.each.iter().filter(|(_, looked)| matches!(looked, Looked::Absent)).map(|(stream, _)| stream)
    }
}
