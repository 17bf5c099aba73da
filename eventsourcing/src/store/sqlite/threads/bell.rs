//! Waking readers in other processes, by datagrams to names that the system keeps. No promise rests on it: a reader that is not woken looks
//! after its poll interval.
//!
//! A process that waits for commits has a socket under a name of the file's, with the first number that is free. A process that commits sends
//! to number 0, 1 and so on, up to the first that does not exist, and to a few only: each commit goes on where the one before stopped.
//! Asking costs a few hundredths of a commit; a process that has found no listener does not ask again for a millisecond, and a
//! process that begins to listen looks once more when that is over.
//!
//! Any user of the machine may send to such a name, or take it. A listener looks at most once a millisecond, whatever it receives.

mod listen;

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use std::{io, ops};

/// The most processes that are woken.
const NUMBERS: usize = 64;

/// The most datagrams that are sent for one commit.
const SENDS: usize = 8;

/// How long a process does not ask for listeners after it has found none; also how often a listener looks at most.
const QUIET: Duration = Duration::from_millis(1);

/// No number.
const NONE: usize = usize::MAX;

/// Wakes the processes that wait for the commits to one file.
#[derive(Debug)]
pub(crate) struct Bell {
    /// None for a store that has no other process, or no token.
    names: Option<Arc<SocketNames>>,
    begun: Instant,
    /// When it rings again, in microseconds after `begun`.
    quiet_until: AtomicU64,
    /// The number that the next ring begins with.
    next: AtomicUsize,
}

/// The names of a file.
#[derive(Debug)]
struct SocketNames {
    prefix: String,
    /// The number of this process.
    own: AtomicUsize,
}

/// What the names of a file begin with: the same for all processes that use it, and not to be guessed by others.
fn bell_name(token: [u8; 16]) -> String {
    format!("eventsourcing {:x} ", u128::from_be_bytes(token))
}

/// The socket that all bells of the process send with.
fn sender() -> Option<&'static UnixDatagram> {
    static SENDER: OnceLock<UnixDatagram> = OnceLock::new();
    if let Some(sender) = SENDER.get() {
        return Some(sender);
    }
    let sender = UnixDatagram::unbound().ok()?;
    sender.set_nonblocking(true).ok()?;
    Some(SENDER.get_or_init(|| sender))
}

impl Bell {
    /// The bell of the file with this token ([`Turn::token`](crate::store::sqlite::connection::side_files::turn::Turn::token)).
    pub(crate) fn new(token: Option<[u8; 16]>) -> Self {
        let names = |token| Arc::new(SocketNames { prefix: bell_name(token), own: AtomicUsize::new(NONE) });
        let names = token.map(names);
        Self { names, begun: Instant::now(), quiet_until: AtomicU64::new(0), next: AtomicUsize::new(0) }
    }

    /// Wakes other processes.
    pub(crate) fn ring(&self) {
        let Some(names) = &self.names else { return };
        // Taken before any process is asked: one that binds a number after that looks once more when this is over.
        let now = self.begun.elapsed();
        if now.as_micros() < self.quiet_until.load(Ordering::Relaxed).into() {
            return;
        }
        let Some(sender) = sender() else { return };
        let (sent, next) = names.ring(sender, self.next.load(Ordering::Relaxed));
        self.next.store(next, Ordering::Relaxed);
        if sent == 0 {
            let until = (now + QUIET).as_micros().try_into().unwrap_or(0);
            self.quiet_until.store(until, Ordering::Relaxed);
        }
    }
}

impl SocketNames {
    /// Sends to each number that exists, from this one on and around, but to no more than a few. Gives how many it has sent to, and
    /// the number to begin with next.
    fn ring(&self, sender: &UnixDatagram, first: usize) -> (usize, usize) {
        let own = self.own.load(Ordering::Relaxed);
        let (mut number, mut sent, mut is_around) = (first, 0, first == 0);
        while sent < SENDS {
            if number < NUMBERS && (number == own || self.send(sender, number)) {
                sent += usize::from(number != own);
                number += 1;
            } else if is_around {
                return (sent, 0);
            } else {
                (number, is_around) = (0, true);
            }
            if is_around && first > 0 && number >= first {
                return (sent, first);
            }
        }
        (sent, number)
    }

    /// Whether this number exists.
    fn send(&self, sender: &UnixDatagram, number: usize) -> bool {
        match self.address(number).and_then(|address| sender.send_to_addr(&[0], &address)) {
            Ok(_) => true,
            // A listener whose socket is full will wake anyway.
            Err(error) => error.kind() == io::ErrorKind::WouldBlock,
        }
    }

    fn address(&self, number: usize) -> io::Result<SocketAddr> {
        SocketAddr::from_abstract_name(format!("{}{number}", self.prefix))
    }

    /// The first number that is free.
    fn bind(&self, mut numbers: ops::Range<usize>) -> Option<(UnixDatagram, usize)> {
        numbers.find_map(|number| Some((UnixDatagram::bind_addr(&self.address(number).ok()?).ok()?, number)))
    }
}

#[cfg(test)]
mod tests;
