//! Files that this user may not write to, in folders where no file can be made.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use eventsourcing_tests::sqlite::{beside, files, without_a_trace};

use crate::console::{Console, PROGRAM, closed, head, left};

/// Gives the files a mode, and lets no user make one.
fn protect(folder: &Path, mode: u32) {
    for file in files(folder).keys() {
        fs::set_permissions(file, Permissions::from_mode(mode)).unwrap();
    }
    fs::set_permissions(folder, Permissions::from_mode(0o555)).unwrap();
}

#[test]
fn a_store_of_another_user_is_read_as_the_error_of_opening_it_advises() {
    for make in [closed, left] {
        for (has_shm, mode) in [(true, 0o444), (false, 0o444), (true, 0o666), (false, 0o666)] {
            let (folder, path) = make(9);
            if !has_shm {
                let _ = fs::remove_file(beside(&path, "-shm"));
            }
            protect(folder.path(), mode);
            without_a_trace(folder.path(), || {
                // Who finds all files there and may write to them opens the store.
                if mode == 0o444 || !beside(&path, "-shm").exists() {
                    let refusal = Console::by_other_user("write", &path).answer();
                    let kind = if mode == 0o444 { "ReadOnly {" } else { "NotAllowed {" };
                    let advice = "`SqliteStore::builder().read_only()`";
                    assert!(refusal.starts_with(kind) && refusal.contains(advice), "{has_shm} {mode:o}: {refusal}");
                }
                let mut reader = Console::by_other_user("read", &path);
                assert_eq!(reader.answer(), "open", "{has_shm} {mode:o}");
                for _ in 0..3 {
                    assert_eq!(reader.ask("check"), head(9));
                }
                let refused = reader.ask("commit 10");
                assert!(refused.contains("Unsupported") && refused.contains("nothing was stored"), "{refused}");
                reader.close();
            });
            fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
            let mut writer = Console::write(&path);
            assert_eq!(writer.ask("commit 12"), head(12), "it is as good as before");
            writer.close();
        }
    }
}

#[test]
fn another_user_reads_what_its_owner_commits() {
    let (folder, path) = closed(1);
    protect(folder.path(), 0o644);
    let mut reader = Console::by_other_user("read", &path);
    assert_eq!(reader.answer(), "open");
    for count in [3, 9, 10, 30] {
        let mut writer = Console::write(&path);
        assert_eq!(writer.ask(&format!("commit {count}")), head(count));
        without_a_trace(folder.path(), || assert_eq!(reader.ask("check"), head(count)));
        if count == 9 {
            writer.abort();
        } else {
            writer.close();
        }
        without_a_trace(folder.path(), || assert_eq!(reader.ask("check"), head(count)));
    }
}

#[test]
fn a_store_on_a_read_only_file_system_is_read() {
    for make in [closed, left] {
        for has_shm in [true, false] {
            let (folder, path) = make(9);
            if !has_shm {
                let _ = fs::remove_file(beside(&path, "-shm"));
            }
            let mount = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"";
            let mut command = Command::new("unshare");
            command.args(["-rm", "sh", "-c", mount]).arg(folder.path()).arg(PROGRAM);
            without_a_trace(folder.path(), || {
                let mut reader = Console::start(command, "read", &path);
                assert_eq!(reader.answer(), "open", "it takes `unshare` to make a read-only file system");
                assert_eq!(reader.ask("check"), head(9));
                assert_eq!(reader.ask("check"), head(9));
                reader.close();
            });
        }
    }
}

#[test]
fn who_may_not_even_read_it_learns_what_is_missing() {
    let (folder, path) = closed(2);
    protect(folder.path(), 0o400);
    let refusal = Console::by_other_user("read", &path).answer();
    assert!(refusal.contains("Unsupported") && refusal.contains("the right to read it"), "{refusal}");
}
