//! What a disk may have of a process's writes after a loss of power.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fastrand::Rng;

use crate::power::Call;

/// Disks keep sectors of this size whole.
const SECTOR: usize = 512;

/// The files of a folder by their paths in it.
pub type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Which of the writes that were not synced have come to the disk.
#[derive(Clone, Copy, Debug)]
pub enum Kept {
    /// None of them.
    None,
    /// All of them.
    All,
    /// Some, by this seed.
    Some(u64),
    /// Some, by this seed, and the last of each file in part.
    Torn(u64),
}

/// What the first sync after a write has done for it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Synced {
    Yes,
    NotYet,
    /// It has failed, and no later sync tries again: only another write of the same bytes helps.
    Forgotten,
}

fn synced(call: &Call, later: &[Call]) -> Synced {
    // Which files there are is kept by syncing their folder, what is in them by syncing them.
    let keeper = if matches!(call, Call::Remove { .. }) { Some(Path::new("")) } else { call.file() };
    let mut syncs = later.iter().filter(|call| call.file() == keeper);
    match syncs.find(|call| matches!(call, Call::Sync { .. } | Call::FailedSync { .. })) {
        Some(Call::Sync { .. }) => Synced::Yes,
        Some(_) => Synced::Forgotten,
        None => Synced::NotYet,
    }
}

fn apply(files: &mut Files, call: &Call, part: usize) {
    match call {
        Call::Write { file, at, bytes } => {
            let content = files.entry(file.clone()).or_default();
            let bytes = &bytes[..bytes.len().min(part)];
            content.resize(content.len().max(at + bytes.len()), 0);
            content[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        Call::Truncate { file, to } => files.entry(file.clone()).or_default().resize(*to, 0),
        Call::Remove { file } => drop(files.remove(file)),
        Call::Sync { .. } | Call::FailedSync { .. } | Call::Acknowledge(_) => {}
    }
}

/// The files after a loss of power, when these calls were made.
#[must_use]
pub fn disk(calls: &[Call], kept: Kept) -> Files {
    let mut rng = Rng::with_seed(match kept {
        Kept::Some(seed) | Kept::Torn(seed) => seed,
        Kept::None | Kept::All => 0,
    });
    let mut files = Files::new();
    for (index, call) in calls.iter().enumerate() {
        let Some(file) = call.file() else { continue };
        let later = &calls[index + 1..];
        let synced = synced(call, later);
        let is_last = !later.iter().any(|later| later.file() == Some(file));
        let part = match kept {
            _ if synced == Synced::Yes => usize::MAX,
            Kept::All => usize::MAX,
            Kept::Torn(_) if synced == Synced::NotYet && !is_last => usize::MAX,
            Kept::Torn(_) if synced == Synced::NotYet => rng.usize(0..=8) * SECTOR,
            Kept::Some(_) | Kept::Torn(_) if rng.bool() => usize::MAX,
            Kept::None | Kept::Some(_) | Kept::Torn(_) => continue,
        };
        apply(&mut files, call, part);
    }
    files
}
