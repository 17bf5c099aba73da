//! A group of commits, from its leader to what its transaction made of each.

use std::time::SystemTime;

use crate::error::{CommitError, StoreError, StoreErrorKind};
use crate::store::sqlite::commit::committer::Committer;
use crate::store::sqlite::commit::queue::Outcome;
use crate::store::sqlite::commit::transaction;
use crate::store::sqlite::commit::writing::Writing;
use crate::store::wake::run;
use crate::store::{Commit, micros};

impl Committer {
    /// Stores commits in one transaction, and gives the outcome of each.
    pub(super) fn write(&self, commits: &[&Commit]) -> Vec<Outcome> {
        if commits.is_empty() {
            return Vec::new();
        }
        let mut writing = self.writing();
        let before = writing.head();
        let Some(outcomes) = run(|| self.write_group(&mut writing, commits)) else {
            // Its transaction may have been committed.
            if let Some(before) = before {
                writing.panicked(before, &self.origin);
            }
            self.doubt().add(commits.iter().map(|commit| commit.id()));
            return refused(&self.origin.unknown(), commits.len());
        };
        drop(writing);
        let mut doubt = self.doubt();
        if !doubt.is_empty() {
            // A conflict is certain too: a commit that was stored before is found before its conflict is.
            let certain = |(_, outcome): &(_, &Outcome)| !matches!(outcome, Err(CommitError::Store(_)));
            commits.iter().zip(&outcomes).filter(certain).for_each(|(commit, _)| doubt.resolve(commit.id()));
        }
        outcomes
    }

    fn write_group(&self, writing: &mut Writing, commits: &[&Commit]) -> Vec<Outcome> {
        if let Some(damage) = self.damage.get() {
            return refused(damage, commits.len());
        }
        let writer = match writing.ready(&self.origin, &self.settings) {
            Ok(writer) => writer,
            Err(error) => {
                if error.kind() == StoreErrorKind::Corrupt {
                    self.stop(&error);
                }
                return refused(&error, commits.len());
            }
        };
        let failure = match transaction::store_commits(writer, commits, micros(SystemTime::now())) {
            Ok(stored) => return stored,
            Err(failure) => failure,
        };
        writing.failed(&failure, &self.origin);
        // What is wrong may be wrong with one of them only.
        if commits.len() > 1 && failure.may_be_of_one() {
            return self.write_singly(writing, commits);
        }
        if failure.may_be_stored() {
            self.doubt().add(commits.iter().map(|commit| commit.id()));
            // So that callers that load and look now see what stays. If it fails, the next commit tries again.
            let _ = writing.ready(&self.origin, &self.settings);
        }
        let is_damage = failure.is_damage();
        match self.origin.commit_error(failure) {
            CommitError::Store(error) => {
                if is_damage {
                    self.stop(&error);
                }
                refused(&error, commits.len())
            }
            of_one @ (CommitError::Conflict(_) | CommitError::PrecedingNotStored) => vec![Err(of_one)],
        }
    }

    /// Stores each commit in a transaction of its own, up to the first that the store cannot serve: none after it would be served either.
    fn write_singly(&self, writing: &mut Writing, commits: &[&Commit]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(commits.len());
        for commit in commits {
            outcomes.extend(self.write_group(writing, &[commit]));
            if let Some(Err(CommitError::Store(error))) = outcomes.last()
                && error.kind() == StoreErrorKind::Unavailable
            {
                let rest = refused(error, commits.len() - outcomes.len());
                outcomes.extend(rest);
                break;
            }
        }
        outcomes
    }
}

fn refused(error: &StoreError, commits: usize) -> Vec<Outcome> {
    (0..commits).map(|_| Err(error.clone().into())).collect()
}
