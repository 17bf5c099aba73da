use std::fs;

use super::*;

/// One that has no WAL.
fn conn() -> Connection {
    Connection::open_in_memory().unwrap()
}

fn opened() -> (tempfile::TempDir, PathBuf, Identity) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    for name in NAMES {
        fs::write(beside(&path, name), name).unwrap();
    }
    let identity = Identity::new(&path).unwrap();
    (folder, path, identity)
}

#[test]
fn a_file_that_is_deleted_or_replaced_is_named_until_it_is_back() {
    for (number, name) in NAMES.into_iter().enumerate() {
        let (_folder, path, identity) = opened();
        let (file, away) = (beside(&path, name), path.with_extension("away"));
        assert!(identity.check_now().is_ok());
        fs::rename(&file, &away).unwrap();
        for _ in 0..2 {
            let error = identity.check_now().unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Closed);
            let named = format!("`{}` was deleted or moved", file.display());
            assert!(error.to_string().starts_with(&named), "{error}");
        }
        fs::write(&file, "another").unwrap();
        let changed = identity.find_change().unwrap();
        assert_eq!((changed.how, changed.is_database), (How::Replaced, number == 0), "{changed}");
        fs::rename(&away, &file).unwrap();
        assert!(identity.check_now().is_ok(), "it goes on");
    }
}

#[test]
fn files_are_compared_after_an_interval() {
    let (_folder, path, identity) = opened();
    fs::remove_file(&path).unwrap();
    identity.compared.store(u64::MAX / 2, Ordering::Relaxed);
    assert!(identity.check_writing(&conn()).is_ok() && identity.check().is_ok(), "as if they were compared just now");
    identity.compared.store(0, Ordering::Relaxed);
    std::thread::sleep(2 * WRITING);
    assert!(identity.check_writing(&conn()).is_err());
    std::thread::sleep(READING);
    assert!(identity.check().is_err());
}

#[test]
fn only_the_files_beside_the_database_may_be_recreated() {
    let (_folder, path, identity) = opened();
    for name in ["-wal", "-shm"] {
        fs::rename(beside(&path, name), path.with_extension("away")).unwrap();
        fs::write(beside(&path, name), "new").unwrap();
    }
    assert!(identity.check_now().is_err());
    identity.renew().unwrap();
    assert!(identity.check_now().is_ok());
    fs::rename(&path, path.with_extension("away")).unwrap();
    assert!(identity.renew().is_err());
    fs::write(&path, "new").unwrap();
    assert!(identity.renew().is_err());
}

#[test]
fn a_child_of_the_process_is_refused() {
    let (_folder, _path, identity) = opened();
    let child = Identity { process: identity.process ^ 1, ..identity };
    for refused in [child.check(), child.check_writing(&conn()), child.check_now(), child.renew()] {
        let error = refused.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Closed);
        assert!(error.to_string().contains("fork"), "{error}");
    }
}
