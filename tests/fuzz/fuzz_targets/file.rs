//! A file of a store with anything written anywhere in it, or cut off: nothing panics, and what is given out is what was stored.
#![no_main]

use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::LazyLock;

use eventsourcing::store::{Commit, LogRead, StreamRead};
use eventsourcing::{CommitId, SqliteStore, StreamId, Version};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

/// A closed store, and what stands beside it.
static WHOLE: LazyLock<(TempDir, Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole.db");
    let store = SqliteStore::open(&path).unwrap();
    for number in 0..40 {
        let mut commit = Commit::with_id(CommitId::named(&number.to_string()));
        commit.append(stream(), number).unwrap().event("Happened", 1, payload(number + 1).as_bytes()).unwrap();
        store.blocking().commit(commit).unwrap();
    }
    drop(store);
    let (file, head) = (fs::read(&path).unwrap(), fs::read(folder.path().join("whole.db-head")).unwrap());
    (folder, file, head)
});

fn stream() -> StreamId {
    StreamId::new("Account", CommitId::named("account").as_uuid())
}

fn payload(version: u64) -> String {
    format!(r#"{{"number":{version},"text":"{}"}}"#, "x".repeat(version as usize * 7))
}

fuzz_target!(|input: (bool, u16, u32, &[u8])| {
    let (cut, length_of_head, place, patch) = input;
    let (folder, file, head) = &*WHOLE;
    let mut file = file.clone();
    let place = place as usize % file.len();
    if cut {
        file.truncate(place);
    }
    for (byte, patched) in file.iter_mut().skip(place).zip(patch) {
        *byte = *patched;
    }
    let path: PathBuf = folder.path().join("damaged.db");
    for what in ["-wal", "-shm", "-head", "-turn"] {
        let _ = fs::remove_file(format!("{}{what}", path.display()));
    }
    fs::write(&path, &file).unwrap();
    fs::write(format!("{}-head", path.display()), &head[..head.len().min(length_of_head as usize)]).unwrap();

    let mut seen = 0;
    let visit = &mut |event: eventsourcing::store::StoredEvent<'_>| {
        assert_eq!((event.stream, event.name), (&stream(), "Happened"));
        assert_eq!((event.version, event.payload), (Version::new(event.position.get()), payload(event.position.get()).as_bytes()));
        seen += 1;
        ControlFlow::Continue(())
    };
    let _ = SqliteStore::verify(&path, |_| ControlFlow::Continue(()));
    if let Ok(store) = SqliteStore::open(&path) {
        let _ = store.blocking().read_log(LogRead::after(0), visit);
        let _ = store.blocking().read_stream(StreamRead::new(stream()), visit);
        let _ = store.blocking().read_stream(StreamRead::new(stream()).backward(), visit);
    }
    let salvaged = folder.path().join("salvaged.db");
    for what in ["", "-wal", "-shm", "-head", "-turn"] {
        let _ = fs::remove_file(format!("{}{what}", salvaged.display()));
    }
    if let Ok(kept) = SqliteStore::salvage(&path, &salvaged, |_| ControlFlow::Continue(())) {
        seen = 0;
        let visit = &mut |event: eventsourcing::store::StoredEvent<'_>| {
            assert_eq!(event.payload, payload(event.version.get()).as_bytes());
            seen += 1;
            ControlFlow::Continue(())
        };
        SqliteStore::open(&salvaged).unwrap().blocking().read_log(LogRead::after(0), visit).unwrap();
        assert_eq!(kept.kept, seen);
    }
});
