//! Waking readers in other processes, by datagrams to names that the system keeps. Nothing of it is needed for a promise: a reader that is
//! not woken looks after its poll interval.
//!
//! Each process that waits for commits has a socket under a name of the file's own, with the first number that is free; who commits sends to
//! number 0, 1 and so on, up to the first that nobody has. Asking costs a few hundredths of a commit; so who found nobody does not ask again
//! for a millisecond, and who begins to listen looks once more when that is over.

use std::os::linux::fs::MetadataExt;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{io, mem};

/// The most processes that are woken.
const NUMBERS: usize = 64;

/// For so long nobody is rung for after nobody was there.
const QUIET: Duration = Duration::from_millis(1);

/// How often a process looks for a lower number that was given up.
const MOVING: Duration = Duration::from_secs(1);

/// No number.
const NONE: usize = usize::MAX;

/// What wakes those who wait for the commits to one file.
#[derive(Debug)]
pub(crate) struct Bell {
    shared: Arc<Shared>,
    ringing: Option<UnixDatagram>,
    begun: Instant,
    /// When it is rung again, in microseconds after `begun`.
    quiet_until: AtomicU64,
}

#[derive(Debug)]
struct Shared {
    /// What the names begin with.
    name: String,
    /// The number of this process.
    own: AtomicUsize,
    is_over: AtomicBool,
}

/// A thread that waits for the others' bells, until it is dropped.
#[derive(Debug)]
pub(crate) struct Listening {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Bell {
    pub(crate) fn new(path: Option<&Path>) -> Self {
        let file = path.and_then(|path| path.metadata().ok());
        let name = file.map(|file| format!("eventsourcing {:x} {:x} ", file.st_dev(), file.st_ino()));
        let ringing = name.as_ref().and_then(|_| UnixDatagram::unbound().ok());
        let ringing = ringing.filter(|ringing| ringing.set_nonblocking(true).is_ok());
        let (own, is_over) = (AtomicUsize::new(NONE), AtomicBool::new(false));
        let shared = Arc::new(Shared { name: name.unwrap_or_default(), own, is_over });
        Self { shared, ringing, begun: Instant::now(), quiet_until: AtomicU64::new(0) }
    }

    /// Wakes those in other processes.
    pub(crate) fn ring(&self) {
        let Some(ringing) = &self.ringing else { return };
        // The time before anybody is asked: who takes a number later than that looks by itself when nobody is rung for no longer.
        let now = self.begun.elapsed();
        if now.as_micros() < self.quiet_until.load(Ordering::Relaxed).into() {
            return;
        }
        let own = self.shared.own.load(Ordering::Relaxed);
        let others = (0..NUMBERS).filter(|number| *number != own);
        if others.take_while(|number| self.shared.wake(ringing, *number)).count() == 0 {
            let until = (now + QUIET).as_micros().try_into().unwrap_or(0);
            self.quiet_until.store(until, Ordering::Relaxed);
        }
    }

    /// Calls this whenever another process rings. None if that cannot be: all that is left then is to look now and then.
    pub(crate) fn listen(&self, heard: impl Fn() + Send + 'static) -> Option<Listening> {
        self.ringing.as_ref()?;
        let shared = Arc::clone(&self.shared);
        let (mut socket, mut number) = shared.bind(0..NUMBERS)?;
        shared.own.store(number, Ordering::Relaxed);
        let listening = Arc::clone(&shared);
        let listen = move || {
            let (mut byte, mut is_new) = ([0], true);
            while !listening.is_over.load(Ordering::Acquire) {
                if mem::take(&mut is_new) {
                    // What was committed while the others did not ask for this number.
                    thread::sleep(QUIET);
                    heard();
                } else if socket.recv(&mut byte).is_ok() {
                    if !listening.is_over.load(Ordering::Acquire) {
                        heard();
                    }
                } else if let Some(lower) = listening.bind(0..number) {
                    (socket, number, is_new) = (lower.0, lower.1, true);
                    listening.own.store(number, Ordering::Relaxed);
                }
            }
        };
        let thread = thread::Builder::new().name("eventsourcing-bell".to_owned()).spawn(listen).ok();
        thread.is_some().then_some(Listening { shared, thread })
    }
}

impl Shared {
    fn address(&self, number: usize) -> io::Result<SocketAddr> {
        SocketAddr::from_abstract_name(format!("{}{number}", self.name))
    }

    /// Whether somebody has this number, and is woken.
    fn wake(&self, ringing: &UnixDatagram, number: usize) -> bool {
        match self.address(number).and_then(|address| ringing.send_to_addr(&[0], &address)) {
            Ok(_) => true,
            // One whose socket is full has enough to wake for.
            Err(error) => error.kind() == io::ErrorKind::WouldBlock,
        }
    }

    /// The first number that is free.
    fn bind(&self, mut numbers: std::ops::Range<usize>) -> Option<(UnixDatagram, usize)> {
        numbers.find_map(|number| {
            let socket = UnixDatagram::bind_addr(&self.address(number).ok()?).ok()?;
            socket.set_read_timeout(Some(MOVING)).ok()?;
            Some((socket, number))
        })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        let own = self.shared.own.load(Ordering::Relaxed);
        // If it is not woken, it ends by itself, a little later.
        let woken = UnixDatagram::unbound().and_then(|socket| socket.send_to_addr(&[0], &self.shared.address(own)?));
        if let (Ok(_), Some(thread)) = (woken, self.thread.take())
            && thread.thread().id() != thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn everybody_else_is_woken_also_when_one_has_gone() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let bell = || Bell::new(Some(file.path()));
        let (heard, told) = channel();
        let bells: Vec<_> = (0..4).map(|_| bell()).collect();
        let mut listening: Vec<_> = bells
            .iter()
            .enumerate()
            .map(|(number, bell)| {
                let heard = heard.clone();
                bell.listen(move || heard.send(number).unwrap()).unwrap()
            })
            .collect();
        let next = |count: usize| {
            let mut woken: Vec<_> = (0..count).map(|_| told.recv_timeout(Duration::from_secs(20)).unwrap()).collect();
            woken.sort_unstable();
            woken
        };
        let woken = |by: &Bell, count: usize| {
            by.ring();
            next(count)
        };
        assert_eq!(next(4), [0, 1, 2, 3], "each looks once by itself");
        assert_eq!(woken(&bell(), 4), [0, 1, 2, 3], "by one that does not listen");
        assert_eq!(woken(&bells[1], 3), [0, 2, 3], "not by its own bell");
        drop(listening.remove(0));
        thread::sleep(2 * MOVING);
        assert!(told.try_iter().count() > 0, "who has moved looks once by itself");
        assert_eq!(woken(&bell(), 3), [1, 2, 3], "one has moved to the number of the first");
    }

    #[test]
    fn who_begins_to_listen_while_nobody_is_rung_for_is_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let ringing = Bell::new(Some(file.path()));
        let (heard, told) = channel();
        for _ in 0..100 {
            ringing.ring();
            let (heard, bell) = (heard.clone(), Bell::new(Some(file.path())));
            let _listening = bell.listen(move || heard.send(Instant::now()).unwrap()).unwrap();
            let committed = Instant::now();
            ringing.ring();
            while told.recv_timeout(Duration::from_secs(20)).unwrap() < committed {}
        }
    }
}
