use std::fs::{self, OpenOptions};

use super::*;

/// Answers that are given in turn, the last again and again.
fn answers(given: &[u64]) -> impl FnMut() -> io::Result<u64> {
    let mut given = given.to_vec();
    move || Ok(if given.len() > 1 { given.remove(0) } else { given[0] })
}

fn opened() -> (tempfile::TempDir, PathBuf, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let conn = Connection::open(&path).unwrap();
    (folder, path, conn)
}

#[test]
fn the_index_says_how_long_the_wal_is() {
    let (_folder, path, conn) = opened();
    for page in [4096, 65536, 512] {
        conn.execute_batch(&format!("PRAGMA journal_mode = DELETE; PRAGMA page_size = {page}; VACUUM")).unwrap();
        conn.execute_batch("PRAGMA journal_mode = WAL; DROP TABLE IF EXISTS t; CREATE TABLE t (a)").unwrap();
        let wal = fs::metadata(beside(&path, "-wal")).unwrap().len();
        let other = Connection::open(&path).unwrap();
        other.query_row("SELECT count(*) FROM t", (), |_| Ok(())).unwrap();
        assert_eq!((bytes_by_index(&conn).unwrap(), bytes_by_index(&other).unwrap()), (wal, wal), "{page}");
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())).unwrap();
        assert_eq!((bytes_by_index(&conn).unwrap(), bytes_by_index(&other).unwrap()), (0, 0), "{page}");
    }
}

#[test]
fn a_wal_that_others_change_meanwhile_is_not_cut() {
    // Each is what the index says and how long the file is, look by look.
    for (index, length, seen) in [
        (&[100, 200][..], &[100, 200][..], WalLength::Whole(100)),
        // Taken into the file and cut between the two, and perhaps begun again.
        (&[100, 0], &[0, 0], WalLength::Whole(0)),
        (&[100, 40], &[0, 40], WalLength::Whole(40)),
        (&[100, 90, 90], &[0, 10, 95], WalLength::Whole(95)),
        // As long by chance, and then cut otherwise.
        (&[100, 100, 50], &[0, 10, 50], WalLength::Whole(50)),
        (&[100], &[60], WalLength::Cut),
        (&[100, 120, 120], &[60, 60, 60], WalLength::Cut),
    ] {
        assert_eq!(look(answers(index), answers(length)).unwrap(), seen, "{index:?} {length:?}");
    }
    let mut number = 0;
    let endless = || {
        number += 1;
        Ok(number + 1000)
    };
    assert!(look(endless, answers(&[1])).is_err(), "it says so when it cannot be known");
}

#[test]
fn the_index_is_looked_at_before_the_file() {
    // One that commits between the two.
    let file = std::cell::Cell::new(100);
    let index = || {
        let counted = file.get();
        file.set(counted + 50);
        Ok(counted)
    };
    assert_eq!(look(index, || Ok(file.get())).unwrap(), WalLength::Whole(150));
}

#[test]
fn a_suspicion_stays_until_all_of_it_was_seen() {
    let (_folder, path, _conn) = opened();
    let wal = WalCut::new(&path);
    let unknown = || Err(io::Error::other("no descriptor"));
    assert!(wal.is_cut_by(unknown, answers(&[0])).is_err(), "nothing was seen yet");
    assert!(wal.is_cut_by(answers(&[100]), answers(&[0])).unwrap(), "it was cut before it was looked at");
    assert!(!wal.is_cut_by(answers(&[100]), answers(&[100])).unwrap());
    assert!(!wal.is_cut_by(unknown, unknown).unwrap(), "nothing is suspected");
    wal.note_bytes(300);
    wal.compare(300);
    assert!(!wal.is_cut_by(unknown, unknown).unwrap());
    wal.compare(200);
    for _ in 0..2 {
        assert!(wal.is_cut_by(unknown, answers(&[200])).is_err());
        assert!(wal.is_cut_by(answers(&[300]), unknown).is_err());
        assert!(wal.is_cut_by(answers(&[300]), answers(&[200])).unwrap());
    }
    assert!(!wal.is_cut_by(answers(&[0]), answers(&[200])).unwrap(), "it was taken into the file");
    wal.compare(200);
    assert!(!wal.is_cut_by(unknown, unknown).unwrap());
    wal.compare(199);
    assert!(wal.is_cut_by(answers(&[200]), answers(&[199])).unwrap(), "less than was seen last");
}

#[test]
fn a_wal_that_another_connection_truncates_is_whole_and_one_that_is_cut_is_not() {
    let (_folder, path, conn) = opened();
    conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (a)").unwrap();
    let wal = WalCut::new(&path);
    assert!(!wal.is_cut(&conn).unwrap());
    let other = Connection::open(&path).unwrap();
    other.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())).unwrap();
    wal.compare(0);
    assert!(!wal.is_cut(&conn).unwrap());
    conn.execute_batch("INSERT INTO t VALUES (1)").unwrap();
    let file = OpenOptions::new().write(true).open(beside(&path, "-wal")).unwrap();
    let bytes = file.metadata().unwrap().len();
    wal.note_bytes(bytes);
    file.set_len(bytes - 1).unwrap();
    wal.compare(bytes - 1);
    assert!(wal.is_cut(&conn).unwrap() && wal.is_cut(&other).unwrap());
}
