//! Who writes next: commits that arrive while one is being written share the next transaction.
//!
//! One thread at a time leads: it stores its own commit together with all that wait, and hands the lead on before it answers. Nothing
//! here waits for time to pass: who comes alone leads at once, with a group of one. The known design is
//! the writer queue of `LevelDB`.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::CommitError;
use crate::store::sqlite::answer::{Answer, Answering, answer};
use crate::store::{Commit, Committed};

/// A group ends with the commit that takes its payloads to this: nobody waits long for what others store.
const BYTES: usize = 4 << 20;

pub(super) type Outcome = Result<Committed, CommitError>;

/// The commits that wait, and whether somebody leads.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_led: bool,
    waiting: VecDeque<Waiting>,
}

/// A commit that waits to be stored by whoever leads.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) commit: Commit,
    answering: Answering<Turn>,
    /// Whether a thread waits with it, which can lead.
    can_lead: bool,
}

/// What comes of waiting.
#[derive(Debug)]
pub(super) enum Turn {
    Stored(Outcome),
    Lead(Commit),
}

/// What came of coming with a commit.
pub(super) enum Entered {
    /// Nobody else writes: lead.
    Leading(Commit),
    Waiting(Answer<Turn>),
}

/// Who leads after this.
pub(super) enum Next {
    Nobody,
    /// One of those that wait was told.
    Told,
    /// Only commits wait that no thread waits with: somebody must be found to lead.
    Wanted,
}

impl State {
    fn push(&mut self, commit: Commit, can_lead: bool) -> Answer<Turn> {
        let (answering, answer) = answer();
        self.waiting.push_back(Waiting { commit, answering, can_lead });
        answer
    }
}

impl Waiting {
    pub(super) fn answer(self, outcome: Outcome) {
        self.answering.give(Turn::Stored(outcome));
    }
}

impl Queue {
    /// Comes with a commit, on a thread that can lead.
    pub(super) fn enter(&self, commit: Commit) -> Entered {
        let mut state = self.state();
        if !mem::replace(&mut state.is_led, true) {
            return Entered::Leading(commit);
        }
        Entered::Waiting(state.push(commit, true))
    }

    /// Leaves a commit to others. Says whether somebody leads; if not, somebody has to be found who does.
    pub(super) fn push(&self, commit: Commit) -> (bool, Answer<Turn>) {
        let mut state = self.state();
        (mem::replace(&mut state.is_led, true), state.push(commit, false))
    }

    /// Those that wait now, for the next transaction.
    pub(super) fn take(&self, mut bytes: usize) -> Vec<Waiting> {
        let mut state = self.state();
        let mut fits = |waiting: &Waiting| {
            let fits = bytes < BYTES;
            bytes += waiting.commit.bytes();
            fits
        };
        let count = state.waiting.iter().map_while(|waiting| fits(waiting).then_some(())).count();
        state.waiting.drain(..count).collect()
    }

    /// Hands the lead on.
    pub(super) fn leave(&self) -> Next {
        let mut state = self.state();
        let Some(next) = state.waiting.iter().position(|waiting| waiting.can_lead) else {
            state.is_led = !state.waiting.is_empty();
            return if state.is_led { Next::Wanted } else { Next::Nobody };
        };
        if let Some(Waiting { commit, answering, .. }) = state.waiting.remove(next) {
            drop(state);
            answering.give(Turn::Lead(commit));
        }
        Next::Told
    }

    // A panic leaves no more behind than commits that wait.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
