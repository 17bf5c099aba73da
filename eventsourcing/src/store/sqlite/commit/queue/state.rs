//! What waits in the queue, under its lock.

use std::collections::VecDeque;

use crate::store::Commit;
use crate::store::sqlite::commit::queue::Waiting;
use crate::store::sqlite::commit::queue::seat::Seat;
use crate::store::sqlite::commit::queue::sync::Arc;

/// A group ends with the commit that takes its bytes to this, so that no caller waits long for the commits of others.
pub(super) const GROUP: usize = 4 << 20;

/// The most commits of futures that are in the queue, and the most bytes of them (or one commit, if it has more). Further futures wait
/// outside, in order. A thread has no more than one commit, so that those of threads need no bound.
pub(super) const ROOM: Load = Load { commits: 4096, bytes: 64 << 20 };

#[derive(Debug, Default)]
pub(super) struct State {
    /// While it is false, the queue is empty.
    pub(super) is_led: bool,
    /// In the order of their tickets.
    pub(super) entries: VecDeque<Entry>,
    pub(super) last_ticket: u64,
    /// The futures' commits in `entries`, and those that were admitted and are about to come.
    pub(super) admitted: Load,
    pub(super) outside: VecDeque<Outside>,
}

/// How much waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Load {
    pub(super) commits: usize,
    pub(super) bytes: usize,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) ticket: u64,
    pub(super) work: Work,
    pub(super) seat: Arc<Seat>,
}

/// What an entry waits for.
#[derive(Debug)]
pub(super) enum Work {
    /// A commit of a thread, which can lead.
    OfThread(Commit),
    /// A commit of a future, which cannot.
    OfFuture(Commit),
    /// The connection itself, for a thread that does something else with it.
    Lead,
}

/// A future that waits for room in the queue.
#[derive(Debug)]
pub(super) struct Outside {
    pub(super) load: Load,
    pub(super) seat: Arc<Seat>,
}

/// Who leads next.
pub(super) enum Next {
    Nobody,
    Thread(Arc<Seat>),
    /// Only futures wait.
    Worker,
}

impl State {
    /// Adds an entry at the end.
    pub(super) fn push(&mut self, work: Work) -> Arc<Seat> {
        let seat = Arc::new(Seat::default());
        self.last_ticket += 1;
        self.entries.push_back(Entry { ticket: self.last_ticket, work, seat: Arc::clone(&seat) });
        seat
    }

    /// Takes the next group from the front: as much as has room beside `bytes`, and at least one commit if there are no bytes yet.
    pub(super) fn take(&mut self, mut bytes: usize) -> Vec<Waiting> {
        let mut group = Vec::new();
        while bytes < GROUP
            && let Some(Entry { work: Work::OfThread(_) | Work::OfFuture(_), .. }) = self.entries.front()
            && let Some(Entry { work, seat, .. }) = self.entries.pop_front()
        {
            let commit = match work {
                Work::OfThread(commit) => commit,
                Work::OfFuture(commit) => {
                    self.admitted.subtract(Load::of(&commit));
                    commit
                }
                Work::Lead => continue,
            };
            bytes += commit.bytes();
            group.push(Waiting { commit, seat: Some(seat) });
        }
        group
    }

    /// Chooses the next leader.
    pub(super) fn next(&mut self) -> Next {
        self.is_led = !self.entries.is_empty();
        if let Some(Entry { work: Work::Lead, .. }) = self.entries.front()
            && let Some(Entry { seat, .. }) = self.entries.pop_front()
        {
            return Next::Thread(seat);
        }
        let of_thread = |entry: &&Entry| matches!(entry.work, Work::OfThread(_));
        match self.entries.iter().find(of_thread) {
            Some(Entry { seat, .. }) => Next::Thread(Arc::clone(seat)),
            None if self.is_led => Next::Worker,
            None => Next::Nobody,
        }
    }

    /// Takes the futures' commits at the front out of the queue, unless there is a thread that can lead.
    pub(super) fn give_up_futures(&mut self) -> Vec<Arc<Seat>> {
        let mut refused = Vec::new();
        if self.entries.iter().any(|entry| matches!(entry.work, Work::OfThread(_))) {
            return refused;
        }
        while let Some(Entry { work: Work::OfFuture(commit), .. }) = self.entries.front() {
            self.admitted.subtract(Load::of(commit));
            refused.extend(self.entries.pop_front().map(|entry| entry.seat));
        }
        refused
    }

    /// Makes room for futures that wait outside, in their order.
    pub(super) fn admit(&mut self) -> Vec<Arc<Seat>> {
        let mut admitted = Vec::new();
        while let Some(outside) = self.outside.front()
            && self.admitted.has_room_for(outside.load)
            && let Some(Outside { load, seat }) = self.outside.pop_front()
        {
            self.admitted.add(load);
            admitted.push(seat);
        }
        admitted
    }
}

impl Load {
    pub(super) fn of(commit: &Commit) -> Self {
        Self { commits: 1, bytes: commit.bytes() }
    }

    pub(super) const fn has_room_for(self, more: Self) -> bool {
        self.commits == 0 || self.commits + more.commits <= ROOM.commits && self.bytes + more.bytes <= ROOM.bytes
    }

    pub(super) const fn add(&mut self, more: Self) {
        self.commits += more.commits;
        self.bytes += more.bytes;
    }

    pub(super) const fn subtract(&mut self, less: Self) {
        self.commits = self.commits.saturating_sub(less.commits);
        self.bytes = self.bytes.saturating_sub(less.bytes);
    }
}
