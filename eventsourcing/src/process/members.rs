//! The aggregates that a reaction has looked at, without their types: each at the version that it was loaded at, with what was recorded on it.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};

use crate::aggregate::{Aggregate, Id, Mark, stream_of};
use crate::error::{LoadError, ReadError, SaveError, StoreError};
use crate::log::OnUnknown;
use crate::process::asked::Asked;
use crate::repository::{Member, Note, load};
use crate::store::EventStore;
use crate::stream::{StreamId, Version};

/// The aggregates that a reaction has looked at.
#[derive(Default)]
pub(super) struct Members {
    each: BTreeMap<StreamId, Looked>,
    /// Those that were looked for and are not there, also if they were made then.
    absent: BTreeSet<StreamId>,
    /// That the store has failed to read one: then nothing is known of what a handler made of it.
    pub(super) unread: Option<StoreError>,
    pub(super) asked: Asked,
}

enum Looked {
    At(Box<dyn AnyMember>),
    /// It was not there.
    Absent(Note),
}

/// An aggregate as a member of a commit, and as what it is.
trait AnyMember: Send + Sync {
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
        self.root().state.is_discarded()
    }
}

impl Members {
    /// Loads an aggregate, unless it is here already.
    pub(super) async fn load<A: Aggregate>(&mut self, store: &dyn EventStore, id: Id<A>) -> Result<(), LoadError> {
        let stream = stream_of(id);
        if !self.each.contains_key(&stream) {
            let loaded = self.read(load::<A>(store, id, Version::MAX, OnUnknown::Error)).await?;
            let looked = if let Some(aggregate) = loaded {
                Looked::At(Box::new(aggregate))
            } else {
                self.absent.insert(stream.clone());
                Looked::Absent(Note::version(stream.clone(), Version::new(0)))
            };
            self.each.insert(stream.clone(), looked);
        }
        match self.each.get(&stream) {
            Some(Looked::At(member)) if !member.is_discarded() => Ok(()),
            Some(Looked::At(_) | Looked::Absent(_)) | None => Err(LoadError::NotFound { stream }),
        }
    }

    /// Reads what a handler asks for, and takes note of a failure.
    pub(super) async fn read<T>(&mut self, load: impl Future<Output = Result<T, LoadError>>) -> Result<T, LoadError> {
        let _asked = self.asked.begin();
        load.await.inspect_err(|error| {
            if let LoadError::Read(ReadError::Store(error)) = error {
                self.unread.get_or_insert(error.clone());
            }
        })
    }

    /// Adds an aggregate that was made or loaded elsewhere.
    pub(super) fn add<A: Aggregate>(&mut self, aggregate: A) -> Result<(), SaveError> {
        let stream = stream_of(aggregate.id());
        match self.each.get(&stream) {
            // One that had been discarded may be made again.
            Some(Looked::At(member)) if !member.is_discarded() || member.member().pending() > 0 => {
                Err(SaveError::Duplicate { stream })
            }
            Some(Looked::At(_) | Looked::Absent(_)) | None => {
                self.each.insert(stream, Looked::At(Box::new(aggregate)));
                Ok(())
            }
        }
    }

    pub(super) fn get<A: Aggregate>(&mut self, stream: &StreamId) -> Option<&A> {
        match self.each.get_mut(stream) {
            Some(Looked::At(member)) => member.any().downcast_ref(),
            Some(Looked::Absent(_)) | None => None,
        }
    }

    /// Lends an aggregate to a command, which may leave another one in its place.
    pub(super) fn lend<A: Aggregate>(&mut self, stream: &StreamId, mark: Mark) -> Option<&mut A> {
        let Some(Looked::At(member)) = self.each.get_mut(stream) else { return None };
        member.member_mut().lend(mark);
        member.any().downcast_mut()
    }

    pub(super) fn is_lent(&self, stream: &StreamId, mark: Mark) -> bool {
        matches!(self.each.get(stream), Some(Looked::At(member)) if member.member().is_lent(mark))
    }

    /// Has the instance itself be looked at no longer: its own version is part of every commit.
    pub(super) fn forget(&mut self, own: &StreamId) {
        self.each.remove(own);
    }

    /// All of them, each as a member of a commit.
    pub(super) fn members(&mut self) -> impl Iterator<Item = &mut dyn Member> {
        self.each.values_mut().map(|looked| match looked {
            Looked::At(member) => member.member_mut(),
            Looked::Absent(absent) => absent,
        })
    }

    /// Each stream that was looked at, with the version that it was loaded at: one that was made without looking is not among them.
    pub(super) fn versions(&self) -> impl Iterator<Item = (StreamId, Version)> {
        self.each.iter().filter_map(|(stream, looked)| {
            let version = match looked {
                Looked::At(member) => member.member().stored().version,
                Looked::Absent(_) => Version::new(0),
            };
            (version > 0 || self.absent.contains(stream)).then(|| (stream.clone(), version))
        })
    }
}
