//! The checksum of a stored event.

use crc32fast::Hasher;

use crate::store::StoredEvent;
use crate::stream::CommitId;

/// The CRC-32 of several texts, each with its length before it, so that bytes cannot move from one to the next unseen.
#[must_use]
pub fn checksum_of<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> u32 {
    let mut hasher = Hasher::new();
    update(&mut hasher, texts);
    hasher.finalize()
}

fn update<'a>(hasher: &mut Hasher, texts: impl IntoIterator<Item = &'a [u8]>) {
    for text in texts {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text);
    }
}

/// The CRC-32 (IEEE 802.3) of everything that is stored of an event, its places included, so that an event that was
/// changed, or put in another's place, is found. Part of the stored format.
#[must_use]
pub fn checksum(event: &StoredEvent<'_>, commit: Option<CommitId>) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&event.position.get().to_le_bytes());
    hasher.update(event.stream.id().as_bytes());
    hasher.update(&event.version.get().to_le_bytes());
    hasher.update(&event.schema_version.to_le_bytes());
    hasher.update(&event.recorded_at.to_le_bytes());
    let texts = [event.stream.aggregate().as_bytes(), event.name.as_bytes(), event.payload];
    update(&mut hasher, texts.into_iter().chain(event.metadata));
    if let Some(commit) = commit {
        hasher.update(commit.as_uuid().as_bytes());
    }
    hasher.finalize()
}
