//! Storing a group of commits: one transaction, and an outcome for each commit.

use std::time::SystemTime;

use crate::error::{CommitError, StoreError, StoreErrorKind};
use crate::store::sqlite::commit::committer::Committer;
use crate::store::sqlite::commit::queue::Outcome;
use crate::store::sqlite::commit::source::CommitSource;
use crate::store::sqlite::commit::transaction;
use crate::store::sqlite::commit::writing::Writing;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::wake::run;
use crate::store::{Commit, micros};

impl Committer {
    /// Stores commits in one transaction, and gives the outcome of each, also of those that come while it writes.
    pub(super) fn write(&self, commits: &mut dyn CommitSource) -> Vec<Outcome> {
        if commits.get(0).is_none() {
            return Vec::new();
        }
        let leading = self.key.lead();
        let mut writing = self.writing();
        let before = writing.head();
        let Some(outcomes) = run(|| self.write_group(&mut writing, commits)) else {
            // Its transaction may have been committed.
            if let Some(before) = before {
                writing.panicked(before, &self.origin);
            }
            self.doubt().add(commits.iter().map(Commit::id));
            return refused(&self.origin.unknown(), commits);
        };
        drop((writing, leading));
        let mut doubt = self.doubt();
        if !doubt.is_empty() {
            // A conflict is certain too: a commit that was stored before is found before its conflict is.
            let certain = |(_, outcome): &(_, &Outcome)| !matches!(outcome, Err(CommitError::Store(_)));
            commits.iter().zip(&outcomes).filter(certain).for_each(|(commit, _)| doubt.resolve(commit.id()));
        }
        outcomes
    }

    fn write_group(&self, writing: &mut Writing, commits: &mut dyn CommitSource) -> Vec<Outcome> {
        let store = |writer: &mut Writer| transaction::store_group(writer, commits, now);
        let undone = match self.attempt(writing, store) {
            Ok(stored) => return stored,
            Err(undone) => undone,
        };
        // One of the commits may be the cause.
        if commits.get(1).is_some() && undone.may_be_of_one() {
            return self.write_singly(writing, commits);
        }
        if undone.may_be_stored() {
            self.doubt().add(commits.iter().map(Commit::id));
            // So that callers that load and look now see what stays. If it fails, the next commit tries again.
            let _ = writing.ready(&self.origin, &self.settings);
        }
        match self.explain(undone) {
            CommitError::Store(error) => refused(&error, commits),
            of_one @ (CommitError::Conflict(_) | CommitError::PrecedingNotStored) => vec![Err(of_one)],
        }
    }

    /// Stores each commit in a transaction of its own, up to the first that the store cannot serve: none after it would be served either.
    fn write_singly(&self, writing: &mut Writing, commits: &dyn CommitSource) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let mut refusal = None;
        for commit in commits.iter() {
            if let Some(error) = &refusal {
                outcomes.push(Err(StoreError::clone(error).into()));
                continue;
            }
            outcomes.extend(self.write_group(writing, &mut [commit].as_slice()));
            if let Some(Err(CommitError::Store(error))) = outcomes.last()
                && error.kind() == StoreErrorKind::Unavailable
            {
                refusal = Some(error.clone());
            }
        }
        outcomes
    }
}

fn now() -> i64 {
    micros(SystemTime::now())
}

fn refused(error: &StoreError, commits: &dyn CommitSource) -> Vec<Outcome> {
    commits.iter().map(|_| Err(error.clone().into())).collect()
}
