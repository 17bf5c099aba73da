//! What readers of a subscription have received, in a file to which processes add their lines: none of them is lost when its process is killed.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "tests use it, and fail by panicking"
)]

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use uuid::Uuid;

/// What a reader says of a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// It was opened, and stands there.
    Begun,
    /// The event that stands there was delivered under this key.
    Event(Uuid),
    /// All up to there was acknowledged.
    Acknowledged,
}

/// A reader of this process, which adds to the file.
#[derive(Debug)]
pub struct Receiver {
    file: File,
}

impl Receiver {
    /// Opens a file; makes it if there is none.
    ///
    /// # Errors
    ///
    /// When the system refuses it.
    pub fn open(path: &Path) -> io::Result<Self> {
        OpenOptions::new().create(true).append(true).open(path).map(|file| Self { file })
    }

    /// Adds a line as a whole.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn add(&mut self, line: Line, position: u64) -> io::Result<()> {
        let process = std::process::id();
        let line = match line {
            Line::Begun => format!("{process} begun {position}\n"),
            Line::Event(key) => format!("{process} {key} {position}\n"),
            Line::Acknowledged => format!("{process} acknowledged {position}\n"),
        };
        self.file.write_all(line.as_bytes())
    }
}

/// The last position that was acknowledged.
#[must_use]
pub fn acknowledged(path: &Path) -> u64 {
    let acknowledged = |(_, line, position)| (line == Line::Acknowledged).then_some(position);
    lines(path).into_iter().filter_map(acknowledged).max().unwrap_or(0)
}

/// That each event up to a position was delivered, by each reader in order and without a gap, under the same key each time, and that none was
/// acknowledged by a reader that began before what another had acknowledged. Gives how many were delivered again.
#[must_use]
pub fn assert_delivered(path: &Path, head: u64) -> usize {
    let (mut readers, mut keys, mut acknowledged, mut deliveries) = (BTreeMap::new(), BTreeMap::new(), 0, 0);
    for (process, line, position) in lines(path) {
        match line {
            Line::Begun => {
                // One that was stopped before it could say so has lost its place to another meanwhile.
                let is_fenced = position < acknowledged;
                let last = keys.last_key_value().map_or(0, |(last, _)| *last);
                assert!(position <= last, "{position} was acknowledged, and only {last} delivered");
                readers.insert(process, (position, is_fenced));
            }
            Line::Event(key) => {
                let (before, _) = readers.get_mut(&process).expect("it has begun");
                *before += 1;
                assert_eq!(*before, position, "in order, without a gap");
                assert_eq!(*keys.entry(position).or_insert(key), key, "the key of an event stays the same");
                deliveries += 1;
            }
            Line::Acknowledged => {
                assert_eq!(
                    readers.get(&process),
                    Some(&(position, false)),
                    "all that was delivered, by the one that may"
                );
                acknowledged = acknowledged.max(position);
            }
        }
    }
    assert!(keys.keys().copied().eq(1..=head), "each event is delivered: {} of {head}", keys.len());
    deliveries - keys.len()
}

/// The lines of all readers in the order in which they were added, each with its process.
fn lines(path: &Path) -> Vec<(u32, Line, u64)> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = |line: &str| {
        let fields: Vec<_> = line.split(' ').collect();
        let [process, what, position] = fields[..] else { panic!("{line}") };
        let what = match what {
            "begun" => Line::Begun,
            "acknowledged" => Line::Acknowledged,
            key => Line::Event(key.parse().unwrap()),
        };
        (process.parse().unwrap(), what, position.parse().unwrap())
    };
    text.lines().map(line).collect()
}
