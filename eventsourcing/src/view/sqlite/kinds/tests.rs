use std::fs;

use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::store::StoredEvent;
use crate::stream::{StoreId, StreamId, Version};
use crate::view::kinds::Wanted;

/// The events of a log: of each third the kind is another, and there are few of one of them.
const EVENTS: u64 = 900;
const RARE: u64 = 90;

fn checkpoint(position: u64) -> Checkpoint {
    let checksum = u32::try_from(position * 7).unwrap();
    Checkpoint { store: StoreId::from(Uuid::nil()), position: Position::new(position), checksum }
}

fn kind(position: u64) -> (&'static str, &'static str, u32) {
    match position {
        position if position.is_multiple_of(RARE) => ("Account", "Flagged", 1),
        position if position.is_multiple_of(3) => ("Account", "Moved", 2),
        position if position % 3 == 1 => ("Account", "Moved", 1),
        _ => ("Other", "Flagged", 1),
    }
}

fn seen(from: u64, to: u64) -> KindPositions {
    let mut seen = KindPositions::after(checkpoint(from));
    for position in from + 1..=to {
        let (aggregate, name, schema_version) = kind(position);
        let stream = StreamId::new(aggregate, Uuid::nil());
        let (position, version) = (Position::new(position), Version::new(1));
        let (payload, metadata, recorded_at) = (&b"{}"[..], None, 0);
        let stored =
            StoredEvent { position, stream: &stream, version, name, schema_version, payload, metadata, recorded_at };
        seen.add(&stored);
    }
    seen.reach(checkpoint(to));
    seen
}

/// A file with three parts.
fn written() -> (TempDir, KindFile) {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let mut index = KindFile::new(folder.path());
    assert_eq!(index.end(), None);
    for (from, to) in [(0, 300), (300, 301), (301, EVENTS)] {
        assert_eq!(index.extend(&seen(from, to)), Extended::Done);
        assert_eq!(index.end(), Some(checkpoint(to)));
    }
    (folder, index)
}

/// All that an index says of the rare kind, up to where it ends; whatever it says is right.
fn rare(index: &mut KindFile) -> u64 {
    let mut reached = 0;
    let is_rare = |kind: StoredKind<'_>| (kind.aggregate, kind.name) == ("Account", "Flagged");
    while let Some(stretch) = index.next(Position::new(reached), &is_rare) {
        let to = stretch.to.position.get();
        let expected: Vec<_> = (reached + 1..=to).filter(|position| position.is_multiple_of(RARE)).collect();
        assert_eq!(stretch, Stretch { to: checkpoint(to), wanted: Wanted::At(expected) });
        reached = to;
    }
    reached
}

#[test]
fn what_is_written_is_found_by_kind() {
    let (folder, mut index) = written();
    assert_eq!(rare(&mut index), EVENTS);
    let mut other = KindFile::new(folder.path());
    assert_eq!((other.end(), rare(&mut other)), (Some(checkpoint(EVENTS)), EVENTS));

    let after = |index: &mut KindFile, after, name, version| {
        let is_wanted = |kind: StoredKind<'_>| kind.name == name && kind.schema_version == version;
        index.next(Position::new(after), &is_wanted).map(|stretch| (stretch.to.position.get(), stretch.wanted))
    };
    assert_eq!(after(&mut index, 0, "Moved", 1), Some((300, Wanted::Most)));
    assert_eq!(after(&mut index, 0, "Moved", 3), Some((300, Wanted::At(vec![]))));
    assert_eq!(after(&mut index, EVENTS - 2, "Moved", 3), Some((EVENTS, Wanted::At(vec![]))));
    assert_eq!(after(&mut index, EVENTS, "Moved", 1), None);
    let is_rare = |kind: StoredKind<'_>| kind.aggregate == "Account" && kind.name == "Flagged";
    let wanted = index.next(Position::new(800), &is_rare).unwrap().wanted;
    assert_eq!(wanted, Wanted::At(vec![810, 900]));
}

#[test]
fn what_was_added_by_another_is_not_added_again() {
    let (folder, mut index) = written();
    let mut other = KindFile::new(folder.path());
    assert_eq!(other.extend(&seen(EVENTS, EVENTS + 5)), Extended::Done);
    assert_eq!(index.extend(&seen(EVENTS, EVENTS + 3)), Extended::Done);
    assert_eq!(index.end(), Some(checkpoint(EVENTS + 5)));
    assert_eq!(index.extend(&seen(EVENTS + 5, EVENTS + 200)), Extended::Done);
    assert_eq!((other.end(), rare(&mut other)), (Some(checkpoint(EVENTS + 200)), EVENTS + 200));
}

#[test]
fn a_file_that_is_cut_off_ends_there_and_goes_on_there() {
    let (folder, _) = written();
    let path = folder.path().join(FILE);
    let whole = fs::read(&path).unwrap();
    for len in 0..whole.len() {
        fs::write(&path, &whole[..len]).unwrap();
        let mut index = KindFile::new(folder.path());
        let end = index.end().map_or(0, |end| end.position.get());
        assert!(end < EVENTS, "{len}");
        assert_eq!(rare(&mut index), end, "{len}");
        assert_eq!(index.extend(&seen(end, EVENTS)), Extended::Done);
        assert_eq!((index.end(), rare(&mut index)), (Some(checkpoint(EVENTS)), EVENTS), "{len}");
    }
}

#[test]
fn a_file_that_is_damaged_says_nothing_that_is_wrong_and_goes_on() {
    let (folder, _) = written();
    let path = folder.path().join(FILE);
    let whole = fs::read(&path).unwrap();
    let mut ends = Vec::new();
    for bit in (0..whole.len() * 8).step_by(3) {
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &damaged).unwrap();
        let mut index = KindFile::new(folder.path());
        index.end();
        rare(&mut index);
        // What is damaged in it is cut off, or is of a kind that was not asked for.
        let end = index.end().map_or(0, |end| end.position.get());
        assert_eq!(rare(&mut index), end, "{bit}");
        ends.push(end);
        if end < EVENTS {
            assert_eq!(index.extend(&seen(end, EVENTS)), Extended::Done);
            assert_eq!((index.end(), rare(&mut index)), (Some(checkpoint(EVENTS)), EVENTS), "{bit}");
        }
    }
    ends.sort_unstable();
    ends.dedup();
    assert_eq!(ends, [0, 300, 301, EVENTS]);
}

#[test]
fn what_an_older_write_has_left_is_no_part() {
    let (folder, mut index) = written();
    let path = folder.path().join(FILE);
    let old = fs::read(&path).unwrap();
    index.clear();
    assert_eq!((index.end(), fs::read(&path).unwrap().len()), (None, 0));
    // Of another history, and as long as the first part was.
    let mut other = seen(0, 300);
    other.reach(Checkpoint { checksum: 5, ..checkpoint(300) });
    assert_eq!(index.extend(&other), Extended::Done);
    let new = fs::read(&path).unwrap();
    fs::write(&path, [&new[..], &old[new.len()..]].concat()).unwrap();
    let mut index = KindFile::new(folder.path());
    assert_eq!(index.end().map(|end| (end.position.get(), end.checksum)), Some((300, 5)));
}

#[test]
fn one_that_cannot_be_written_to_takes_no_more() {
    let (folder, mut index) = written();
    let lock = File::create(folder.path().join("kinds.lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(index.extend(&seen(EVENTS, EVENTS + 1)), Extended::Later);
    assert_eq!((index.end(), rare(&mut index)), (Some(checkpoint(EVENTS)), EVENTS));
    index.clear();
    assert_eq!((index.end(), rare(&mut index)), (None, 0), "it is of another log, and not used");
    drop(lock);

    let mut index = KindFile::new(&folder.path().join("gone"));
    assert_eq!(index.end(), None);
    assert_eq!(index.extend(&seen(0, 1)), Extended::Never);
}
