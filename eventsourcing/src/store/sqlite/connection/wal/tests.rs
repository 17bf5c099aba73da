use std::fs;

use super::*;

/// A file in WAL mode, with a table.
fn opened() -> (tempfile::TempDir, PathBuf, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(100))")
        .unwrap();
    (folder, path, conn)
}

/// The pages of the frames of the generation that the WAL of a file has.
fn pages(path: &Path) -> Vec<u32> {
    let wal = fs::read(beside(path, "-wal")).unwrap();
    let word = |bytes: &[u8], index: usize| u32::from_be_bytes(bytes[index * 4..][..4].try_into().unwrap());
    let frames = wal[32..].chunks(4096 + 24).take_while(|frame| wal[16..24] == frame[8..16]);
    frames.map(|frame| word(frame, 0)).collect()
}

const DEADLINE: Duration = Duration::from_secs(20);

#[test]
fn each_generation_has_the_first_page_and_is_looked_at_once() {
    let (_folder, path, mut conn) = opened();
    let mut wal = Wal::open(&path, &mut conn, None);
    let mut states = Vec::new();
    for number in 0..12 {
        if number % 4 == 0 {
            checkpoint(&conn, "RESTART").unwrap();
        }
        // A page that is there, so that the first is not written with it.
        conn.execute_batch("UPDATE t SET a = randomblob(100)").unwrap();
        let state = wal.committed(false);
        let WalState::Salts(salts) = state else { panic!("{state:?}") };
        assert_eq!(WalHeader::read(&beside(&path, "-wal")).unwrap().unwrap().salts, salts, "{number}");
        wal.tidy(&mut conn, DEADLINE).unwrap();
        let first = pages(&path).iter().filter(|page| **page == 1).count();
        assert_eq!(first, 1, "after {number} commits: {:?}", pages(&path));
        if states.last() != Some(&state) {
            states.push(state);
        }
    }
    assert_eq!(states.len(), 3, "one for each generation");
}

#[test]
fn the_number_of_the_file_changes_once_for_each_generation_by_any_writer() {
    let (_folder, path, mut one) = opened();
    checkpoint(&one, "TRUNCATE").unwrap();
    let mut other = Connection::open(&path).unwrap();
    let mut wals = [Wal::open(&path, &mut one, None), Wal::open(&path, &mut other, None)];
    let mut numbers = Vec::new();
    for generation in 0..6 {
        for turn in 0..4 {
            let index = (generation + turn) % 2;
            let (conn, wal) = (if index == 0 { &mut one } else { &mut other }, &mut wals[index]);
            conn.execute_batch("UPDATE t SET a = randomblob(100)").unwrap();
            wal.committed(true);
            wal.tidy(conn, DEADLINE).unwrap();
        }
        numbers.push(lineage::number(&one).unwrap());
        checkpoint(&one, "RESTART").unwrap();
    }
    assert!(numbers.is_sorted_by(|before, after| before < after), "{numbers:?}");
    assert!(numbers.is_sorted_by(|before, after| lineage::may_become(*before, *after)), "by one step: {numbers:?}");
    assert!(!lineage::may_become(numbers[0], numbers[2]), "{numbers:?}");
    // A process that finds a generation that was begun leaves its number as it is.
    one.execute_batch("UPDATE t SET a = 1").unwrap();
    let mut late = Wal::open(&path, &mut other, None);
    let before = lineage::number(&other).unwrap();
    other.execute_batch("UPDATE t SET a = 2").unwrap();
    late.committed(true);
    late.tidy(&mut other, DEADLINE).unwrap();
    assert_eq!(lineage::number(&other).unwrap(), before);
}

#[test]
fn a_generation_that_another_connection_has_begun_is_seen() {
    let (_folder, path, mut conn) = opened();
    let mut wal = Wal::open(&path, &mut conn, None);
    conn.execute_batch("UPDATE t SET a = 1").unwrap();
    let before = wal.committed(false);
    let other = Connection::open(&path).unwrap();
    checkpoint(&other, "RESTART").unwrap();
    (0..20).for_each(|_| other.execute_batch("UPDATE t SET a = 2").unwrap());
    conn.execute_batch("UPDATE t SET a = 3").unwrap();
    assert_ne!(wal.committed(true), before);
}

#[cfg(unix)]
#[test]
fn a_wal_that_cannot_be_opened_is_not_called_synced() {
    let (_folder, path, mut conn) = opened();
    let (wal, away) = (beside(&path, "-wal"), path.with_extension("away"));
    fs::rename(&wal, &away).unwrap();
    std::os::unix::fs::symlink(&wal, &wal).unwrap();
    let opened = Wal::open(&path, &mut conn, None);
    assert!(is_failed_sync(&opened.sync(&path).unwrap_err()));
    fs::rename(&away, &wal).unwrap();
    opened.sync(&path).unwrap();
}

#[test]
fn what_others_hold_is_waited_for_neither_long_nor_each_time() {
    let (_folder, path, mut conn) = opened();
    let reader = Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM t").unwrap();
    let mut wal = Wal::open(&path, &mut conn, None);
    let frames = u32::try_from(LIMIT / 4096 + 1).unwrap();
    conn.execute_batch("UPDATE t SET a = 1").unwrap();
    wal.committed(false);
    (wal.frames, wal.lacks_first_page) = (frames, false);
    wal.tidy(&mut conn, DEADLINE).unwrap();
    let next = wal.next_restart;
    assert!(next > LIMIT, "the reader is in the way");
    wal.tidy(&mut conn, DEADLINE).unwrap();
    assert_eq!(wal.next_restart, next, "it is not waited for again so soon");
    reader.execute_batch("COMMIT").unwrap();
    wal.frames *= 2;
    wal.tidy(&mut conn, DEADLINE).unwrap();
    assert_eq!(wal.next_restart, 0);
    conn.execute_batch("UPDATE t SET a = 2").unwrap();
    assert!(frames::take() < 3, "it was restarted");
}

#[test]
fn a_gap_before_a_commit_is_seen_after_it() {
    for (bytes, is_cut) in [(0, true), (40, true), (32 + 4120, true), (32 + 2 * 4120, false), (32 + 3 * 4120, false)] {
        let (_folder, path, mut conn) = opened();
        checkpoint(&conn, "RESTART").unwrap();
        let mut wal = Wal::open(&path, &mut conn, None);
        let commit = |wal: &mut Wal| {
            conn.execute_batch("UPDATE t SET a = randomblob(100)").unwrap();
            wal.committed(false);
            wal.has_gap()
        };
        assert!(!commit(&mut wal) && !commit(&mut wal));
        assert_eq!(wal.frames, 2);
        // What is behind the last frame is of the generation before.
        fs::OpenOptions::new().write(true).open(&wal.path).unwrap().set_len(bytes).unwrap();
        assert_eq!((commit(&mut wal), commit(&mut wal)), (is_cut, is_cut), "{bytes}");
    }
}

#[test]
fn a_generation_that_begins_with_more_frames_than_the_last_had_is_seen_and_is_no_gap() {
    let (_folder, path, mut conn) = opened();
    let mut wal = Wal::open(&path, &mut conn, None);
    let mut states = Vec::new();
    for rows in [1, 20, 60, 200] {
        conn.execute_batch(&format!(
            "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) INSERT INTO t SELECT randomblob(3000) FROM n"
        ))
        .unwrap();
        states.push(wal.committed(false));
        assert!(!wal.has_gap());
        // By another connection, which commits nothing.
        checkpoint(&Connection::open(&path).unwrap(), "PASSIVE").unwrap();
    }
    states.dedup();
    assert_eq!(states.len(), 4, "each is of its own generation: {states:?}");
}
