//! What stores take of the system: threads, connections and descriptors, in a process of their own.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::process::Command;

use eventsourcing_tests::sqlite::place;

const TENANTS: usize = 600;

/// What the process says, under a limit of descriptors.
fn run(descriptors: usize, arguments: &[&str]) -> Vec<String> {
    let probe = env!("CARGO_BIN_EXE_sqlite_tenants");
    let limited = format!("ulimit -n {descriptors} && exec \"$0\" \"$@\"");
    let output = Command::new("sh").args(["-c", &limited, probe]).args(arguments).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said.lines().map(str::to_owned).collect()
}

/// The numbers of a line that begins with this.
fn numbers<const N: usize>(said: &[String], what: &str) -> [usize; N] {
    let line = said.iter().find_map(|line| line.strip_prefix(what)).unwrap();
    let numbers: Vec<_> = line.split_whitespace().map(|number| number.parse().unwrap()).collect();
    numbers.try_into().unwrap()
}

/// As many threads as a few stores need, whatever their number.
#[test]
fn hundreds_of_stores_share_a_few_threads_and_rest_with_none() {
    // In memory, where there is such a place: thousands of syncs take their time.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let said = run(16_384, &["tenants", folder.path().to_str().unwrap(), &TENANTS.to_string()]);
    println!("{said:?}");
    let [threads, opened] = numbers(&said, "opened ");
    assert_eq!(threads, 1, "opening takes no thread");
    let cores = std::thread::available_parallelism().unwrap().get();
    // Those that commit, each of which may wait for another process; those that read shortly; those that read the log.
    let lanes = 64 + (2 * cores).clamp(4, 16) + cores.clamp(2, 8);
    let ([used], [waited]) = (numbers(&said, "used "), numbers(&said, "waited "));
    // The main one, and the timer.
    assert!(used <= lanes + 2, "{used} threads");
    // One that commits, and those that listen.
    assert!(waited <= lanes + 3 + 8, "{waited} threads");
    let [threads, rested] = numbers(&said, "rested ");
    assert_eq!(threads, 1, "none is left");
    println!("{opened} descriptors, {rested} at rest");
    assert!(rested <= opened + 2 * TENANTS + 3);
}

/// The stack that a thread is given by default is larger than the memory of any machine.
#[test]
fn without_a_thread_futures_are_refused_and_callers_that_block_are_not() {
    let (_folder, path) = place();
    let mut process = Command::new(env!("CARGO_BIN_EXE_sqlite_tenants"));
    let output =
        process.env("RUST_MIN_STACK", (1_u64 << 46).to_string()).arg("threadless").arg(&path).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let said: Vec<_> = said.lines().collect();
    assert_eq!((said.len(), said.last()), (9, Some(&"1 1")));
    assert!(said[..8].iter().all(|said| said.starts_with("Unavailable: the store cannot start a thread")), "{said:?}");
}

#[test]
fn without_a_descriptor_a_read_uses_the_connection_of_another_or_says_so() {
    let (_folder, path) = place();
    let said = run(64, &["starve", path.to_str().unwrap()]);
    println!("{said:?}");
    assert!(said[0].starts_with("Unavailable: cannot open `") && said[0].contains("ulimit -n"), "{}", said[0]);
    assert_eq!(said[1..], ["read 2", "read 2"]);
}
