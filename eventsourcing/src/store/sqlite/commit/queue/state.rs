//! What waits in the queue, under its lock.

use std::collections::BTreeMap;
use std::mem;

use crate::store::Commit;
use crate::store::sqlite::commit::queue::TakenCommit;
use crate::store::sqlite::commit::queue::notice::Mailbox;
use crate::store::sqlite::threads::sync::Arc;

/// A group ends with the commit that takes its bytes to this, so that no caller waits long for the commits of others.
pub(crate) const GROUP: usize = 4 << 20;

/// The most commits of futures that are in the queue, and the most bytes of them (or one commit, if it has more). Further futures wait
/// outside, in order. A thread has no more than one commit, so that those of threads need no bound.
pub(super) const ROOM: Load = Load { commits: 4096, bytes: 64 << 20 };

#[derive(Debug, Default)]
pub(super) struct State {
    /// While it is false, the queue is empty.
    pub(super) is_led: bool,
    /// By their tickets.
    pub(super) entries: BTreeMap<u64, QueueEntry>,
    pub(super) last_ticket: u64,
    /// The futures' commits in `entries`.
    pub(super) admitted: Load,
    /// The commits of futures that wait for room, by their tickets. They are here, and not with their futures, so that a future which is not
    /// polled holds up no other.
    pub(super) outside: BTreeMap<u64, Outside>,
}

/// A number of commits, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Load {
    pub(super) commits: usize,
    pub(super) bytes: usize,
}

#[derive(Debug)]
pub(super) struct QueueEntry {
    pub(super) work: Work,
    pub(super) mailbox: Arc<Mailbox>,
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

/// A future's commit that waits for room in the queue.
#[derive(Debug)]
pub(super) struct Outside {
    pub(super) commit: Commit,
    pub(super) mailbox: Arc<Mailbox>,
}

/// Who leads next.
pub(super) enum Next {
    None,
    Thread(Arc<Mailbox>),
    /// Only futures wait.
    Worker,
    /// Several wait: a worker, or this thread if there is none at once.
    WorkerOr(Arc<Mailbox>),
}

impl State {
    /// Adds the entry of a thread at the end.
    pub(super) fn push(&mut self, work: Work) -> Arc<Mailbox> {
        let (ticket, mailbox) = self.ticket();
        self.entries.insert(ticket, QueueEntry { work, mailbox: Arc::clone(&mailbox) });
        mailbox
    }

    /// Adds the commit of a future at the end, or to those that wait for room.
    pub(super) fn push_of_future(&mut self, commit: Commit) -> (u64, Arc<Mailbox>) {
        let (ticket, mailbox) = self.ticket();
        self.outside.insert(ticket, Outside { commit, mailbox: Arc::clone(&mailbox) });
        self.admit();
        (ticket, mailbox)
    }

    fn ticket(&mut self) -> (u64, Arc<Mailbox>) {
        self.last_ticket += 1;
        (self.last_ticket, Arc::new(Mailbox::default()))
    }

    /// Removes the commit of a future that is gone, unless a leader has taken it.
    pub(super) fn remove(&mut self, ticket: u64) -> Option<Commit> {
        if let Some(outside) = self.outside.remove(&ticket) {
            return Some(outside.commit);
        }
        match self.entries.remove(&ticket)?.work {
            Work::OfFuture(commit) => {
                self.admitted.subtract(Load::of(&commit));
                self.admit();
                Some(commit)
            }
            Work::OfThread(_) | Work::Lead => None,
        }
    }

    /// Takes commits from the front into a group, as long as it has room beside these bytes.
    pub(super) fn take(&mut self, mut bytes: usize, group: &mut Vec<TakenCommit>) {
        while bytes < GROUP
            && let Some(front) = self.entries.first_entry()
            && !matches!(front.get().work, Work::Lead)
        {
            let QueueEntry { work, mailbox } = front.remove();
            let (commit, is_of_future) = match work {
                Work::OfThread(commit) => (commit, false),
                Work::OfFuture(commit) => {
                    self.admitted.subtract(Load::of(&commit));
                    (commit, true)
                }
                Work::Lead => continue,
            };
            bytes += commit.bytes();
            group.push(TakenCommit { commit, is_of_future, mailbox: Some(mailbox) });
        }
    }

    /// Makes room for what waits outside, and chooses the next leader.
    pub(super) fn next(&mut self) -> Next {
        self.admit();
        self.is_led = !self.entries.is_empty();
        if let Some(front) = self.entries.first_entry()
            && matches!(front.get().work, Work::Lead)
        {
            return Next::Thread(front.remove().mailbox);
        }
        let of_thread = |entry: &&QueueEntry| matches!(entry.work, Work::OfThread(_));
        match self.entries.values().find(of_thread) {
            Some(QueueEntry { mailbox, .. }) if self.entries.len() > 1 => Next::WorkerOr(Arc::clone(mailbox)),
            Some(QueueEntry { mailbox, .. }) => Next::Thread(Arc::clone(mailbox)),
            None if self.is_led => Next::Worker,
            None => Next::None,
        }
    }

    /// Takes the futures' commits out, if there is no thread that can lead them.
    pub(super) fn give_up_futures(&mut self) -> Vec<Arc<Mailbox>> {
        if self.entries.values().any(|entry| matches!(entry.work, Work::OfThread(_))) {
            return Vec::new();
        }
        let mut refused = Vec::new();
        self.entries.retain(|_, QueueEntry { work, mailbox }| {
            let stays = !matches!(work, Work::OfFuture(_));
            if !stays {
                refused.push(Arc::clone(mailbox));
            }
            stays
        });
        refused.extend(mem::take(&mut self.outside).into_values().map(|outside| outside.mailbox));
        self.admitted = Load::default();
        refused
    }

    /// Moves what waits outside into the queue, in its order, as long as there is room.
    fn admit(&mut self) {
        while let Some(front) = self.outside.first_entry()
            && self.admitted.has_room_for(Load::of(&front.get().commit))
        {
            let (ticket, Outside { commit, mailbox }) = front.remove_entry();
            self.admitted.add(Load::of(&commit));
            self.entries.insert(ticket, QueueEntry { work: Work::OfFuture(commit), mailbox });
        }
    }
}

impl Load {
    fn of(commit: &Commit) -> Self {
        Self { commits: 1, bytes: commit.bytes() }
    }

    const fn has_room_for(self, more: Self) -> bool {
        self.commits == 0 || self.commits + more.commits <= ROOM.commits && self.bytes + more.bytes <= ROOM.bytes
    }

    const fn add(&mut self, more: Self) {
        self.commits += more.commits;
        self.bytes += more.bytes;
    }

    fn subtract(&mut self, less: Self) {
        debug_assert!(self.commits >= less.commits && self.bytes >= less.bytes, "{self:?} {less:?}");
        self.commits = self.commits.saturating_sub(less.commits);
        self.bytes = self.bytes.saturating_sub(less.bytes);
    }
}
