use uuid::Uuid;

use super::*;
use claim::start_of_system;

const HEAD: Head = Head { position: Position::new(7), chain: 8 };

fn place_of_a_store() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    std::fs::write(&path, b"").unwrap();
    (folder, path)
}

#[test]
fn what_was_not_synced_may_go_when_the_machine_stops_and_only_then() {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch("CREATE TABLE events (position INTEGER PRIMARY KEY, body BLOB)").unwrap();
    let now = start_of_system();
    for (is_synced, start, is_allowed) in [
        (true, Uuid::from_u128(1), false),
        (true, now, false),
        (false, Uuid::from_u128(1), true),
        (false, now, now.is_nil()),
    ] {
        let (_folder, path) = place_of_a_store();
        let claim = Claim { head: HEAD, is_synced, start, wal: WalState::Fresh };
        HeadRecord::open(&path).write(&claim);
        let checked = check(&conn, &path);
        assert_eq!(checked.is_ok(), is_allowed, "{claim:?}: {checked:?}");
        assert_eq!(recorded_position(&path).unwrap(), (!is_allowed).then_some(7.into()));
    }
}

#[test]
fn a_log_that_ends_before_any_claim_has_lost_events() {
    let (_folder, path) = place_of_a_store();
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch("CREATE TABLE events (position INTEGER PRIMARY KEY, body BLOB)").unwrap();
    let mut record = HeadRecord::open(&path);
    record.write(&Claim { head: HEAD, is_synced: true, start: Uuid::from_u128(1), wal: WalState::Fresh });
    record.write(&Claim {
        head: Head { position: 9.into(), ..HEAD },
        is_synced: false,
        start: Uuid::from_u128(1),
        wal: WalState::Fresh,
    });
    let checked = check(&conn, &path);
    assert!(
        matches!(checked, Err(LogMismatch::Behind { recorded, found }) if recorded == 7 && found == 0),
        "the other may be lost: {checked:?}"
    );
}

#[test]
fn a_process_that_is_slow_to_record_takes_nothing_back() {
    let (_folder, path) = place_of_a_store();
    let (mut fast, mut slow) = (HeadRecord::open(&path), HeadRecord::open(&path));
    let head = |position| Head { position, chain: 0 };
    for later in 1..100 {
        fast.keep(head((1000 + later).into()), true, WalState::Fresh, true);
        slow.keep(head(1000.into()), true, WalState::Fresh, true);
        assert_eq!(recorded_position(&path).unwrap(), Some((1000 + later).into()));
        slow.written = None;
    }
}

#[test]
fn a_loss_that_is_accepted_is_no_longer_claimed() {
    let (_folder, path) = place_of_a_store();
    let mut record = HeadRecord::open(&path);
    (1..=40)
        .for_each(|position| record.keep(Head { position: position.into(), chain: 0 }, true, WalState::Fresh, false));
    HeadRecord::open(&path).begin(&path, HEAD, false).unwrap();
    assert_eq!(recorded_position(&path).unwrap(), Some(40.into()));
    HeadRecord::open(&path).begin(&path, HEAD, true).unwrap();
    assert_eq!(Lines::read(&path).unwrap().unwrap().claims.len(), 1);
    assert_eq!(recorded_position(&path).unwrap(), Some(7.into()));
}

#[test]
fn what_the_machine_has_lost_is_not_held_against_what_comes_in_its_place() {
    let (_folder, path) = place_of_a_store();
    let mut record = HeadRecord::open(&path);
    let lost = Claim {
        head: Head { position: 9.into(), chain: 3 },
        is_synced: false,
        start: Uuid::from_u128(1),
        wal: WalState::Fresh,
    };
    record.write(&lost);
    HeadRecord::open(&path).begin(&path, HEAD, false).unwrap();
    let claims = Lines::read(&path).unwrap().unwrap().claims;
    assert_eq!(claims.iter().map(|(_, claim)| claim.head).collect::<Vec<_>>(), [HEAD]);
}

#[test]
fn a_wal_that_is_about_to_begin_may_become_any() {
    let (_folder, path) = place_of_a_store();
    let salts = Salts { first: 1, second: 2 };
    let claim = Claim { head: HEAD, is_synced: true, start: Uuid::from_u128(1), wal: WalState::Salts(salts) };
    HeadRecord::open(&path).write(&claim);
    begin_wal_if_recorded(&path).unwrap();
    let fresh = Claim { wal: WalState::Fresh, ..claim };
    assert_eq!(Lines::read(&path).unwrap().unwrap().highest().unwrap().1, fresh, "all else is as it was");
}

#[test]
fn a_doubt_is_taken_back_by_who_has_settled_it() {
    let (_folder, path) = place_of_a_store();
    let (mut one, mut other) = (HeadRecord::open(&path), HeadRecord::open(&path));
    assert_eq!(unsettled_sync(&path).unwrap(), None);
    one.note_failed_sync();
    let first = unsettled_sync(&path).unwrap().unwrap();
    other.note_failed_sync();
    one.settled(&path, first);
    let second = unsettled_sync(&path).unwrap().unwrap();
    assert_ne!(second, first, "another sync has failed meanwhile");
    other.settled(&path, second);
    assert_eq!(unsettled_sync(&path).unwrap(), None);
}
