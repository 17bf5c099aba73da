use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::*;

const LONG: Duration = Duration::from_secs(60);

#[test]
fn what_cannot_be_beside_each_other_waits() {
    use Use::{Alone, Looking, LookingBesideReader, Opening, Reading, ReadingBesideWriter, Unlocked, Writing};
    let folder = tempfile::tempdir().unwrap();
    for (number, (first, second, expected)) in [
        (Writing, Opening, Some(Opening)),
        (Opening, Opening, Some(Opening)),
        (Opening, Reading, Some(ReadingBesideWriter)),
        (Opening, Alone, None),
        (Writing, Reading, Some(ReadingBesideWriter)),
        (Writing, Unlocked, None),
        (Writing, Alone, None),
        (Looking, Opening, Some(Opening)),
        (Looking, Reading, Some(Reading)),
        (Looking, Unlocked, None),
        (Looking, Alone, None),
        (Opening, Looking, Some(Looking)),
        (Unlocked, Looking, None),
        (Alone, Looking, None),
        (Reading, Opening, None),
        (Reading, Reading, Some(Reading)),
        (Reading, Looking, Some(LookingBesideReader)),
        (LookingBesideReader, Looking, Some(LookingBesideReader)),
        (LookingBesideReader, Reading, Some(Reading)),
        (LookingBesideReader, Opening, None),
        (Writing, Looking, Some(Looking)),
        (Reading, Unlocked, None),
        (Reading, Alone, None),
        (Unlocked, Opening, None),
        (Unlocked, Reading, None),
        (Unlocked, Unlocked, Some(Unlocked)),
        (Unlocked, Alone, None),
        (Alone, Opening, None),
        (Alone, Reading, None),
        (Alone, Unlocked, None),
        (Alone, Alone, None),
    ]
    .into_iter()
    .enumerate()
    {
        let path = folder.path().join(number.to_string());
        fs::write(&path, b"").unwrap();
        let one = Share::begin(&path, first, Duration::ZERO).unwrap();
        let other = Share::begin(&path, second, Duration::ZERO);
        assert_eq!(other.as_ref().map(Share::how), expected, "{first:?} {second:?}");
        assert!(!one.has_to_end(), "{first:?} {second:?}");
        drop((one, other));
        assert!(Share::begin(&path, Alone, Duration::ZERO).is_some(), "both have ended");
    }
}

#[test]
fn those_that_read_make_way_for_a_writer_and_go_on_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, b"").unwrap();
    let reading = Share::begin(&path, Use::Reading, Duration::ZERO).unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| Share::begin(&path, Use::Opening, LONG).unwrap());
        while !reading.has_to_end() {
            thread::yield_now();
        }
        assert!(Share::begin(&path, Use::Reading, Duration::ZERO).is_none(), "it would keep the `-shm` as it is");
        drop(reading);
        let writer = writer.join().unwrap();
        let beside = Share::begin(&path, Use::Reading, Duration::ZERO).unwrap();
        assert_eq!((beside.how(), beside.has_to_end(), beside.has_company()), (Use::ReadingBesideWriter, false, true));
        drop(writer);
        assert!(beside.has_to_end());
        assert!(Share::begin(&path, Use::Reading, Duration::ZERO).is_none(), "it would write to the `-shm`");
    });
}

#[test]
fn idle_connections_are_closed_for_those_that_wait() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, b"").unwrap();
    let idle = Arc::new(Mutex::new(Share::begin(&path, Use::Reading, Duration::ZERO)));
    let is_closed = Arc::new(AtomicBool::new(false));
    let closing = {
        let (idle, is_closed) = (Arc::clone(&idle), Arc::clone(&is_closed));
        Closing::of(&path, move || {
            drop(idle.lock().unwrap().take());
            is_closed.store(true, Ordering::SeqCst);
        })
    };
    assert!(Share::begin(&path, Use::Opening, Duration::ZERO).is_some());
    assert!(is_closed.swap(false, Ordering::SeqCst));
    drop(closing);
    let _reading = Share::begin(&path, Use::Reading, Duration::ZERO).unwrap();
    assert!(Share::begin(&path, Use::Opening, Duration::ZERO).is_none());
    assert!(!is_closed.load(Ordering::SeqCst), "the store is not there any more");
    let missing = folder.path().join("missing");
    assert!(Share::begin(&missing, Use::Opening, Duration::ZERO).is_some_and(|share| !share.has_to_end()));
}
