use std::sync::mpsc::channel;
use std::thread;

use rusqlite::Connection;

use super::*;
use crate::error::StoreErrorKind;

const DEADLINE: Duration = Duration::from_secs(30);

fn readers() -> Arc<Readers> {
    Readers::new(Bounds { short: 1, long: 2 }, Calls::new())
}

fn opened() -> Reader {
    Reader::new(Connection::open_in_memory().unwrap())
}

fn lend(readers: &Arc<Readers>) -> PooledReader<'_> {
    readers.lend(DEADLINE, || Ok(opened())).unwrap()
}

#[test]
fn a_connection_is_used_again_and_closed_when_it_is_idle() {
    let readers = readers();
    let (one, other) = (lend(&readers), lend(&readers));
    assert_eq!(readers.state().open, 2);
    one.give_back();
    other.give_back();
    assert_eq!(readers.state().idle.len(), 2);
    let since = Instant::now();
    // One is in use all the time.
    while readers.state().open > 1 {
        assert!(since.elapsed() < DEADLINE, "none is closed");
        lend(&readers).give_back();
        thread::sleep(Duration::from_millis(10));
    }
    assert!(since.elapsed() > IDLE / 2);
    while readers.state().open > 0 {
        assert!(since.elapsed() < DEADLINE, "the last is not closed");
        thread::sleep(Duration::from_millis(10));
    }
    assert!(readers.state().due.is_none());
    lend(&readers).give_back();
    assert!(readers.state().due.is_some(), "it goes on");
}

#[test]
fn a_connection_that_is_not_given_back_is_closed() {
    let readers = readers();
    drop(lend(&readers));
    assert!(matches!(&*readers.state(), State { open: 0, idle, .. } if idle.is_empty()));
    let failed = readers.lend(DEADLINE, || Err(StoreError::new(StoreErrorKind::Corrupt, "on purpose").into()));
    assert_eq!(failed.unwrap_err().kind(), StoreErrorKind::Corrupt);
    let panics = std::panic::AssertUnwindSafe(|| readers.lend(DEADLINE, || panic!("on purpose")).is_ok());
    assert!(std::panic::catch_unwind(panics).is_err());
    assert_eq!(readers.state().open, 0);
}

#[test]
fn long_reads_leave_short_ones_their_turn() {
    let readers = readers();
    let long = [(); 2].map(|()| readers.pass(Admission::Waits(Length::Long)));
    let waits = Arc::clone(&readers);
    let (passing, passes) = channel();
    let waits = thread::spawn(move || passing.send(waits.pass(Admission::Waits(Length::Long)).is_some()).unwrap());
    drop(readers.pass(Admission::Waits(Length::Short)));
    assert!(passes.recv_timeout(Duration::from_millis(20)).is_err());
    drop(long);
    assert_eq!(passes.recv_timeout(DEADLINE), Ok(true));
    waits.join().unwrap();
}

#[test]
fn idle_connections_are_not_closed_behind_the_back_of_one_who_closes_the_store() {
    let readers = readers();
    lend(&readers).give_back();
    readers.calls.close();
    thread::sleep(IDLE + IDLE / 2);
    assert_eq!(readers.state().open, 1);
    readers.close();
    assert_eq!(readers.state().open, 0);
}

#[test]
fn one_without_a_descriptor_waits_for_the_connection_of_another() {
    let readers = readers();
    let lent = lend(&readers);
    assert!(!readers.wait_for_another(Duration::from_millis(20)), "none is idle for so long");
    thread::scope(|scope| {
        let waits = scope.spawn(|| readers.wait_for_another(DEADLINE));
        thread::sleep(Duration::from_millis(20));
        lent.give_back();
        assert!(waits.join().unwrap());
    });
    assert!(readers.wait_for_another(DEADLINE), "one is idle");
    drop(lend(&readers));
    assert!(!readers.wait_for_another(DEADLINE), "there is none to wait for");
    let too_many = || {
        let source = std::io::Error::other("on purpose").into();
        Err(OpenError::TooManyFiles { path: "/srv/store.db".into(), source })
    };
    let lent = lend(&readers);
    thread::scope(|scope| {
        let waits = scope.spawn(|| readers.lend(DEADLINE, too_many).map(drop));
        thread::sleep(Duration::from_millis(20));
        assert!(!waits.is_finished());
        lent.give_back();
        assert!(waits.join().unwrap().is_ok());
    });
    let error = readers.lend(DEADLINE, too_many).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(error.to_string().contains("ulimit -n"), "{error}");
}
