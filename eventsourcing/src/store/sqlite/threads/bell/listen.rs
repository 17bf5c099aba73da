//! The thread that listens to a bell.

use std::io;
use std::mem;
use std::os::unix::net::UnixDatagram;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::store::sqlite::threads::bell::{Bell, NONE, NUMBERS, QUIET, SocketNames};
use crate::store::sqlite::threads::pool_thread;
use crate::store::wake::run;

/// The most stores of a process that listen at once, each with a thread of its own. The others poll.
const LISTENERS: usize = 8;

/// How often a listener looks for a lower number that was given up, and whether it is still wanted.
pub(super) const MOVING: Duration = Duration::from_secs(1);

/// The most datagrams that one look stands for; a flood would keep the listener from looking.
const DRAINED: usize = 64;

/// One of the listeners of the process, until it is dropped.
#[derive(Debug)]
struct ListenerPermit(());

static TAKEN: AtomicUsize = AtomicUsize::new(0);

/// A socket under a number.
#[derive(Debug)]
struct Listener {
    names: Arc<SocketNames>,
    socket: UnixDatagram,
    number: usize,
    _permit: ListenerPermit,
}

impl Bell {
    /// Starts a thread that calls this whenever another process rings, at most once a millisecond, as long as it is wanted. False if
    /// that cannot be: then there is only polling.
    pub(crate) fn listen(
        &self,
        heard: impl Fn() + Send + 'static,
        is_wanted: impl Fn() -> bool + Send + 'static,
    ) -> bool {
        let Some((names, permit)) = self.names.as_ref().zip(ListenerPermit::take()) else { return false };
        let Ok(mut listener) = Listener::bind(names, permit) else { return false };
        let name = "eventsourcing-bell".to_owned();
        let thread = thread::Builder::new().name(name).spawn(move || listener.listen(&heard, &is_wanted));
        thread.is_ok()
    }
}

impl Listener {
    fn bind(names: &Arc<SocketNames>, permit: ListenerPermit) -> io::Result<Self> {
        let (socket, number) = names.bind(0..NUMBERS).ok_or(io::ErrorKind::AddrInUse)?;
        socket.set_read_timeout(Some(MOVING))?;
        names.own.store(number, Ordering::Relaxed);
        Ok(Self { names: Arc::clone(names), socket, number, _permit: permit })
    }

    fn listen(&mut self, heard: &dyn Fn(), is_wanted: &dyn Fn() -> bool) {
        pool_thread::mark();
        let (mut is_new, mut looked) = (true, Instant::now());
        while is_wanted() {
            if mem::take(&mut is_new) {
                // For commits made while the other processes did not ask for this number.
                thread::sleep(QUIET);
            } else if self.socket.recv(&mut [0]).is_err() {
                is_new = self.move_down();
                continue;
            }
            thread::sleep(QUIET.saturating_sub(looked.elapsed()));
            // Before the look, so that it is later than each commit that they stand for.
            if !self.drain() {
                return;
            }
            looked = Instant::now();
            run(heard);
        }
    }

    /// Changes to a lower number, if one is free: those who ring stop at the first that does not exist.
    fn move_down(&mut self) -> bool {
        let Some((socket, number)) = self.names.bind(0..self.number) else { return false };
        let is_sound = socket.set_read_timeout(Some(MOVING)).is_ok();
        if is_sound {
            (self.socket, self.number) = (socket, number);
            self.names.own.store(number, Ordering::Relaxed);
        }
        is_sound
    }

    /// Takes the datagrams that have arrived. False if the socket is of no use after that.
    fn drain(&self) -> bool {
        let begun = self.socket.set_nonblocking(true);
        let _ = (0..DRAINED).find(|_| begun.is_err() || self.socket.recv(&mut [0]).is_err());
        begun.and_then(|()| self.socket.set_nonblocking(false)).is_ok()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Unless the store listens again already, under another number.
        let _ = self.names.own.compare_exchange(self.number, NONE, Ordering::Relaxed, Ordering::Relaxed);
    }
}

impl ListenerPermit {
    fn take() -> Option<Self> {
        let more = |taken| (taken < LISTENERS).then_some(taken + 1);
        TAKEN.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok().map(|_| Self(()))
    }
}

impl Drop for ListenerPermit {
    fn drop(&mut self) {
        TAKEN.fetch_sub(1, Ordering::Relaxed);
    }
}
