//! Who writes next: commits that arrive while one is being written share the next transaction.
//!
//! One thread at a time leads: it stores its own commit together with all that wait, and hands the lead on before it answers. Nothing
//! here waits for time to pass: who comes alone leads at once, with a group of one. The known design is
//! the writer queue of `LevelDB`.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::CommitError;
use crate::store::sqlite::threads::answer::{Answer, Answering, answer};
use crate::store::{Commit, Committed};

/// A group ends with the commit that takes its payloads to this: nobody waits long for what others store.
const BYTES: usize = 4 << 20;

pub(crate) type Outcome = Result<Committed, CommitError>;

/// The commits that wait, and whether somebody leads.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_led: bool,
    waiting: VecDeque<Waiting>,
}

/// A commit that waits to be stored by whoever leads.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) commit: Commit,
    answering: Answering<Turn>,
    /// Whether a thread waits with it, which can lead.
    can_lead: bool,
}

/// What comes of waiting.
#[derive(Debug)]
pub(crate) enum Turn {
    Stored(Outcome),
    Lead(Commit),
}

/// What came of coming with a commit.
pub(crate) enum Entered {
    /// Nobody else writes: lead.
    Leading(Commit),
    Waiting(Answer<Turn>),
}

/// Who leads after this.
pub(crate) enum Next {
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
    pub(crate) fn answer(self, outcome: Outcome) {
        self.answering.give(Turn::Stored(outcome));
    }
}

impl Queue {
    /// Comes with a commit, on a thread that can lead.
    pub(crate) fn enter(&self, commit: Commit) -> Entered {
        let mut state = self.state();
        if !mem::replace(&mut state.is_led, true) {
            return Entered::Leading(commit);
        }
        Entered::Waiting(state.push(commit, true))
    }

    /// Leaves a commit to others. Says whether somebody leads; if not, somebody has to be found who does.
    pub(crate) fn push(&self, commit: Commit) -> (bool, Answer<Turn>) {
        let mut state = self.state();
        (mem::replace(&mut state.is_led, true), state.push(commit, false))
    }

    /// Those that wait now, for the next transaction.
    pub(crate) fn take(&self, mut bytes: usize) -> Vec<Waiting> {
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
    pub(crate) fn leave(&self) -> Next {
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::StreamId;

    fn commit(bytes: usize) -> Commit {
        let mut commit = Commit::new();
        let append = commit.append(StreamId::new("Account", Uuid::nil()), 0).unwrap();
        append.event("Happened", 1, &vec![b' '; bytes]).unwrap();
        commit
    }

    fn waiting(queue: &Queue, bytes: usize) -> Answer<Turn> {
        match queue.enter(commit(bytes)) {
            Entered::Waiting(answer) => answer,
            Entered::Leading(_) => panic!("nobody leads"),
        }
    }

    #[test]
    fn who_comes_alone_leads_and_those_who_come_meanwhile_are_a_group() {
        let queue = Queue::default();
        for _ in 0..2 {
            assert!(matches!(queue.enter(commit(1)), Entered::Leading(_)));
            assert!(queue.take(0).is_empty());
            assert!(matches!(queue.leave(), Next::Nobody));
        }
        assert!(matches!(queue.enter(commit(1)), Entered::Leading(_)));
        let answers = [waiting(&queue, 1), waiting(&queue, 1), queue.push(commit(1)).1];
        let group = queue.take(0);
        assert_eq!(group.len(), answers.len());
        let stored = |last| Ok(Committed { first: last, last, repeated: false });
        (1..).zip(group).for_each(|(last, waiting)| waiting.answer(stored(last)));
        for (last, answer) in (1..).zip(answers) {
            let turn = pollster::block_on(answer).unwrap();
            assert!(matches!(turn, Turn::Stored(Ok(committed)) if committed.last == last));
        }
        assert!(matches!(queue.leave(), Next::Nobody));
    }

    #[test]
    fn the_lead_goes_to_a_thread_before_a_thread_is_looked_for() {
        let queue = Queue::default();
        assert!(matches!(queue.enter(commit(1)), Entered::Leading(_)));
        let (is_led, of_future) = queue.push(commit(1));
        assert!(is_led);
        let of_thread = waiting(&queue, 2);
        assert!(matches!(queue.leave(), Next::Told));
        let Ok(Turn::Lead(own)) = pollster::block_on(of_thread) else { panic!("it leads") };
        assert_eq!((own.bytes(), queue.take(own.bytes()).len()), (2, 1), "its own commit, and that of the future");
        assert!(matches!(queue.leave(), Next::Nobody));
        drop(of_future);

        assert!(!queue.push(commit(1)).0, "somebody has to be found");
        assert!(queue.push(commit(1)).0);
        assert!(matches!(queue.leave(), Next::Wanted));
        assert_eq!(queue.take(0).len(), 2);
        assert!(matches!(queue.leave(), Next::Nobody));
    }

    #[test]
    fn a_group_ends_when_it_is_large() {
        let queue = Queue::default();
        assert!(matches!(queue.enter(commit(1)), Entered::Leading(_)));
        let _answers: Vec<_> = (0..5).map(|_| waiting(&queue, 3 << 20)).collect();
        assert_eq!(queue.take(0).len(), 2);
        assert_eq!(queue.take(BYTES).len(), 0, "it is large already");
        assert_eq!(queue.take(1).len(), 2);
        assert_eq!(queue.take(0).len(), 1);
    }
}
