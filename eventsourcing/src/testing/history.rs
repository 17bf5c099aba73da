//! Tests of what is stored, for those who write aggregates: that every release reads what the ones before it stored.
//!
//! One line gives a crate two tests and a command:
//!
//! ```
//! # use eventsourcing::prelude::*;
//! # #[derive(Aggregate)] pub struct Account { root: Root<Self> }
//! # #[events] impl Account { #[event(Opened)] pub fn open(owner: &str) -> Self { Self { root: Root::new() } } }
//! #[derive(Application)]
//! pub struct Bank {
//!     pub accounts: Repository<Account>,
//! }
//!
//! eventsourcing::history_tests!(Bank);
//! ```
//!
//! | command | does |
//! |---|---|
//! | `EVENTS_LOCK=show cargo test events_lock` | shows what would be written to `events.lock` |
//! | `EVENTS_LOCK=write cargo test events_lock` | shows it and writes it |
//! | `EVENTS_LOCK=check cargo test events_lock` | fails if the file is not what it would write: for the CI of a release |
//! | `cargo test golden_payloads` | reads and folds a stored sample of every version of every event in the file |
//!
//! A sample is applied to the aggregate that another sample has created. One that cannot happen to it (`self.stock -= quantity`) is applied after
//! what stands above it, oldest first; the first of these creates the aggregate:
//!
//! ```text
//!   event Sold 1
//!     quantity: u32
//!     after Listed 1 {"name":"bolt"}
//!     after Stocked 1 {"quantity":5}
//!     sample {"quantity":1}
//! ```
//!
//! `write` never changes a sample or what stands above it, and says what is missing: a sample of an opaque type, events before
//! one whose mutator panics.
//!
//! `events.lock` stands beside the `Cargo.toml` and is committed. Where aggregates are of other crates of a workspace, it stands at the root of
//! the workspace: the compiler compares each crate with the nearest lock, from the crate's folder up to the root of its workspace or repository.
//! Without one there is no check. To have one lock for all crates of a workspace from the start, create an empty `events.lock` at its root.
//!
//! The compiler compares the enums of events of the crate that the lock names; a toy in an integration test is not one of them. What it does not
//! see, `events_lock` and `golden_payloads` do: an aggregate whose struct or crate has another name now, or that is gone or configured away as a
//! whole; types and events of crates that are not in the folder of the lock, generic ones, and those that are written by hand. `golden_payloads`
//! reads the samples of the crates that the applications here have aggregates of.
//!
//! `write` makes the crates be compiled again when it creates the file. One that comes to be there in another way is read when they are compiled
//! next: Cargo cannot watch for a file that does not exist.

mod current;
mod difference;
mod place;
mod recompile;
mod sample;
pub(crate) mod text;
mod write;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use self::text::{Before, Lock};
use crate::repository::AggregateSchema;
use crate::repository::golden::{Payload, Sample};

const VARIABLE: &str = "EVENTS_LOCK";
const WRITE: &str = "`EVENTS_LOCK=write cargo test events_lock`";

/// Writes two tests: `events_lock` and `golden_payloads`, over the aggregates of these applications; see
/// [`testing::history`](crate::testing::history).
///
/// Write it once, with all applications of the crate, in the crate that defines the aggregates: in its unit tests or in an integration
/// test. `Repository<Account>` stands for an application of one aggregate.
#[macro_export]
macro_rules! history_tests {
    ($($application:ty),+ $(,)?) => {
        #[test]
        fn events_lock() {
            let histories = [$(<$application as $crate::application::FromStore>::aggregate_schemas()),+].concat();
            let (folder, krate) = (::core::env!("CARGO_MANIFEST_DIR"), ::core::env!("CARGO_CRATE_NAME"));
            let path = $crate::testing::history::lock_of(&histories, folder, krate);
            $crate::testing::history::events_lock(&histories, path);
        }

        #[test]
        fn golden_payloads() {
            let histories = [$(<$application as $crate::application::FromStore>::aggregate_schemas()),+].concat();
            let (folder, krate) = (::core::env!("CARGO_MANIFEST_DIR"), ::core::env!("CARGO_CRATE_NAME"));
            let path = $crate::testing::history::lock_of(&histories, folder, krate);
            $crate::testing::history::golden_payloads(&histories, path);
        }
    };
}

/// The path of the lock of these aggregates, for a crate of this name in this folder: of the nearest one, or else of one to be written, where the
/// compiler finds it for every aggregate. That is beside the `Cargo.toml`, or at the root of the workspace if some aggregates are of other packages.
///
/// # Panics
///
/// When the nearest one is beside the `Cargo.toml`, and some aggregates are of other packages of the workspace.
#[must_use]
pub fn lock_of(histories: &[AggregateSchema], folder: impl AsRef<Path>, krate: &str) -> PathBuf {
    place(histories, folder.as_ref(), krate).unwrap_or_else(|wrong| fail(&wrong))
}

fn place(histories: &[AggregateSchema], folder: &Path, krate: &str) -> Result<PathBuf, String> {
    let root = place::root(folder).unwrap_or(folder);
    let crates = histories.iter().map(crate_of);
    let other = crates.into_iter().find(|of| *of != krate && !place::declares(folder, of));
    match (place::nearest(folder), other) {
        (Some(lock), Some(other)) if root != folder && lock.parent() == Some(folder) => Err(format!(
            "the compiler does not compare aggregates of crate `{other}` with {}: move the file to {}",
            lock.display(),
            root.display(),
        )),
        (Some(lock), _) => Ok(lock),
        (None, Some(_)) => Ok(root.join(place::FILE)),
        (None, None) => Ok(folder.join(place::FILE)),
    }
}

/// The crate that an aggregate's enum of events is of.
fn crate_of(history: &AggregateSchema) -> &'static str {
    history.path.split("::").next().unwrap_or_default()
}

/// Compares aggregates with the lock at this path, and shows, checks or writes it as the environment says.
///
/// # Panics
///
/// When what was released can no longer be read, when the file cannot be read or written, or when it is to be up to date and is not.
pub fn events_lock(histories: &[AggregateSchema], path: impl AsRef<Path>) {
    let asked = env::var(VARIABLE).unwrap_or_default();
    run(histories, path.as_ref(), &asked).unwrap_or_else(|wrong| fail(&wrong));
}

/// Reads and folds the samples in the lock at this path; without a lock there are none.
///
/// # Panics
///
/// When a sample is missing, it or an event before it cannot be read, or a mutator panics.
pub fn golden_payloads(histories: &[AggregateSchema], path: impl AsRef<Path>) {
    let read = read(path.as_ref()).unwrap_or_else(|wrong| fail(&wrong));
    let Some((_, lock)) = read else { return };
    let unread = unread(histories, &lock);
    if !unread.is_empty() {
        fail(&format!("what was released cannot be read:\n{}", unread.join("\n")));
    }
}

/// What of a lock's samples cannot be read and folded.
fn unread(histories: &[AggregateSchema], lock: &Lock) -> Vec<String> {
    // A lock at the root of a workspace may have aggregates of other applications, too.
    let is_here = |aggregate: &&text::Aggregate| {
        let krate = aggregate.crate_and_enum().0;
        histories.iter().any(|history| krate == crate_of(history) || aggregate.name == history.name)
    };
    lock.aggregates.iter().filter(is_here).flat_map(|aggregate| fold(histories, aggregate)).collect()
}

fn fold(histories: &[AggregateSchema], aggregate: &text::Aggregate) -> Vec<String> {
    let Some(history) = histories.iter().find(|history| history.name == aggregate.name) else {
        return vec![format!("aggregate `{}` is in events.lock, and in none of the applications here", aggregate.name)];
    };
    let missing = aggregate.events.iter().filter(|event| event.sample.is_none());
    let missing = missing.map(|event| without_sample(history, event));
    let samples: Vec<_> = aggregate.events.iter().filter_map(sample_of).collect();
    missing.chain((history.fold)(&samples)).collect()
}

/// Says what to write under an event.
fn without_sample(history: &AggregateSchema, event: &text::Event) -> String {
    let (name, version, aggregate) = (&event.name, event.version, history.name);
    let fields: Vec<_> = event.fields.iter().map(|field| format!("{:?}: ..", field.name)).collect();
    let unseen = current::unsampled(history, name, version);
    let unseen = if unseen.is_empty() { "a type in it".to_owned() } else { unseen.join(" and ") };
    format!(
        "event `{name}` version {version} of {aggregate} has no sample: no value of {unseen} can be made up, so write a payload under it, as a \
         line `sample {{{}}}`",
        fields.join(", "),
    )
}

fn sample_of(event: &text::Event) -> Option<Sample<'_>> {
    let payload = Payload { name: &event.name, version: event.version, json: event.sample.as_ref()? };
    Some(Sample { payload, after: event.after.iter().map(payload_of).collect() })
}

fn payload_of(before: &Before) -> Payload<'_> {
    Payload { name: &before.name, version: before.version, json: &before.payload }
}

fn run(histories: &[AggregateSchema], path: &Path, asked: &str) -> Result<(), String> {
    let read = read(path)?;
    if read.is_none() && asked.is_empty() {
        return Ok(());
    }
    let current = current::current_lock(histories)?;
    let (text, lock) = match &read {
        Some((text, lock)) => (&**text, lock.clone()),
        None => ("", Lock::default()),
    };
    let broken = difference::broken(&lock, &current);
    if !broken.is_empty() {
        return Err(format!("what was released cannot be read (events.lock):\n{}", broken.join("\n")));
    }
    let moved = difference::moved(&lock, &current);
    if !moved.is_empty() && asked != "write" {
        return Err(format!("the compiler does not hold these against events.lock: {WRITE}\n{}", moved.join("\n")));
    }
    let lock = difference::updated(lock, current);
    let updated = lock.to_string();
    let mut shown = difference::shown(text, &updated);
    if matches!(asked, "show" | "write") {
        shown.push_str(&incomplete(histories, &lock));
    }
    match asked {
        "" => Ok(()),
        "show" => show(&shown),
        "check" if text == updated => Ok(()),
        "check" => Err(format!("events.lock is not up to date: {WRITE} writes it\n{shown}")),
        "write" if text == updated => show(&shown),
        "write" => {
            show(&shown)?;
            write(path, &updated).map_err(|error| format!("events.lock cannot be written: {error}"))?;
            if read.is_none() {
                path.parent().into_iter().for_each(recompile::users_below);
            }
            Ok(())
        }
        other => Err(format!("{VARIABLE} is `{other}`: write `show`, `check` or `write`")),
    }
}

/// What is to be completed by hand in a lock that is written, so that `golden_payloads` passes.
fn incomplete(histories: &[AggregateSchema], lock: &Lock) -> String {
    let unread = unread(histories, lock);
    if unread.is_empty() {
        return String::new();
    }
    format!("`golden_payloads` fails until this is completed in events.lock:\n{}\n", unread.join("\n"))
}

fn read(path: &Path) -> Result<Option<(String, Lock)>, String> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let lock = Lock::parse(&text).map_err(|unreadable| unreadable.to_string())?;
            // As it would be written: git and editors may give a file other ends of lines, and a byte order mark.
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
            Ok(Some((text, lock)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("events.lock cannot be read: {error}")),
    }
}

/// Written beside it first: a lock is never half there.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("lock.new");
    fs::write(&beside, text)?;
    fs::rename(beside, path)
}

/// On the screen also from a test that passes.
fn show(text: &str) -> Result<(), String> {
    io::stderr().write_all(text.as_bytes()).map_err(|error| error.to_string())
}

#[expect(clippy::panic, reason = "a test fails by a panic")]
fn fail(wrong: &str) -> ! {
    panic!("{wrong}")
}
