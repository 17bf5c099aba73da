//! The bytes of an event: its seal, its name, when it was stored, and what was stored.
//!
//! | bytes | |
//! |---|---|
//! | 4 | checksum: the CRC-32 of all that follows the seal, begun with a number that stands for the event's places |
//! | 4 | chain: a number that stands for this checksum and the chain of the event before |
//! | 1 or more | the id of its name, as `varint.rs` has it |
//! | 8 | when it was stored: microseconds since 1970, signed |
//! | 1 | flags |
//! | 4 | if flagged: the version of its fields, where that is not 1 |
//! | 16 | if flagged: the id of the commit that begins with it |
//! | none | another flag says that the caller gave that id, so that `commits` has it |
//! | 1 or more | if flagged: how many positions before it the event before it in its stream stands, as `varint.rs` has it |
//! | 4 and as many | if flagged: the length of the metadata, and the metadata |
//! | the rest | the payload |
//!
//! Other numbers are little-endian. An event written before schema 4 has neither a link nor the flag of a given id. One column with all of it
//! costs less to read than a column for each part.

use crc32fast::Hasher;
use uuid::Uuid;

use crate::store::StoredEvent;
use crate::store::sqlite::format::varint;
use crate::stream::{Position, StreamId, Version};

/// An odd number that spreads each bit: 2^64 by the golden ratio, as in Fibonacci hashing.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// The bytes of checksum and chain.
const SEAL: usize = 8;

/// The bytes of the time when it was stored.
const TIME: usize = 8;

const HAS_VERSION: u8 = 1;
const HAS_COMMIT: u8 = 2;
const HAS_METADATA: u8 = 4;
const HAS_LINK: u8 = 8;
const HAS_GIVEN: u8 = 16;

/// What is stored of an event beside its places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Body<'a> {
    pub(crate) recorded_at: i64,
    pub(crate) schema_version: u32,
    pub(crate) commit: Option<&'a [u8; 16]>,
    /// Whether the id of that commit came from outside.
    pub(crate) is_given: bool,
    /// How far before it the event before it in its stream stands.
    pub(crate) link: Option<u64>,
    pub(crate) metadata: Option<&'a [u8]>,
    pub(crate) payload: &'a [u8],
}

/// Where an event stands: part of its checksum, so that an event in another's place is found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    /// [`checksum_of_name`](crate::store::sqlite::format::names::checksum_of_name) of the aggregate's name.
    pub(crate) aggregate: u32,
    pub(crate) id: Uuid,
    pub(crate) version: Version,
    pub(crate) position: Position,
    /// The checksum of the event's name.
    pub(crate) name: u32,
}

/// Checksum and chain of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seal {
    pub(crate) checksum: u32,
    pub(crate) chain: u32,
}

/// The chain of an event, from that of the event before it; 0 before the first.
pub(crate) const fn chain(before: u32, checksum: u32) -> u32 {
    let [.., a, b, c, d] = (((before as u64) << 32 | checksum as u64).wrapping_mul(SPREAD)).to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

impl Places {
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "called for each event; else a hundredth more instructions for a page of the log"
    )]
    fn checksum(&self, sealed: &[u8]) -> u32 {
        let mut hasher = Hasher::new_with_initial(self.mixed());
        hasher.update(sealed);
        hasher.finalize()
    }

    /// A number that stands for the places: each moves each of its bits.
    #[inline]
    fn mixed(&self) -> u32 {
        let (id_high, id_low) = self.id.as_u64_pair();
        let names = u64::from(self.aggregate) << 32 | u64::from(self.name);
        let parts = [names, id_high, id_low, self.version.get(), self.position.get()];
        let mixed = parts.into_iter().fold(0, |mixed: u64, part| {
            let product = (mixed ^ part).wrapping_mul(SPREAD);
            product ^ (product >> 32)
        });
        let [a, b, c, d, ..] = mixed.to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    }
}

impl<'a> Body<'a> {
    /// Writes the bytes of an event whose name has this id, with its seal, in the place of what is in `bytes`, and gives the chain with it.
    pub(crate) fn write(&self, name: i64, places: &Places, before: u32, bytes: &mut Vec<u8>) -> u32 {
        bytes.clear();
        bytes.extend_from_slice(&[0; SEAL]);
        varint::put(name.cast_unsigned(), bytes);
        bytes.extend_from_slice(&self.recorded_at.to_le_bytes());
        let flag = |is_set: bool, flag| if is_set { flag } else { 0 };
        bytes.push(
            flag(self.schema_version != 1, HAS_VERSION)
                | flag(self.commit.is_some(), HAS_COMMIT)
                | flag(self.metadata.is_some(), HAS_METADATA)
                | flag(self.link.is_some(), HAS_LINK)
                | flag(self.is_given, HAS_GIVEN),
        );
        if self.schema_version != 1 {
            bytes.extend_from_slice(&self.schema_version.to_le_bytes());
        }
        if let Some(commit) = &self.commit {
            bytes.extend_from_slice(*commit);
        }
        if let Some(link) = self.link {
            varint::put(link, bytes);
        }
        if let Some(metadata) = self.metadata {
            // At most 64 KiB, by the limits of a commit.
            let length = u32::try_from(metadata.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(metadata);
        }
        bytes.extend_from_slice(self.payload);
        let checksum = places.checksum(bytes.get(SEAL..).unwrap_or_default());
        let chain = chain(before, checksum);
        Seal { checksum, chain }.put(bytes);
        chain
    }

    /// The event that it is of.
    #[inline]
    pub(crate) const fn event(
        &self,
        position: Position,
        stream: &'a StreamId,
        version: Version,
        name: &'a str,
    ) -> StoredEvent<'a> {
        StoredEvent {
            position,
            stream,
            version,
            name,
            schema_version: self.schema_version,
            payload: self.payload,
            metadata: self.metadata,
            recorded_at: self.recorded_at,
        }
    }

    /// Parses what is sealed.
    pub(crate) fn parse(sealed: &'a [u8]) -> Option<Self> {
        let (_name, bytes) = varint::take(sealed)?;
        Self::after_name(bytes)
    }

    #[inline]
    fn after_name(bytes: &'a [u8]) -> Option<Self> {
        let (recorded_at, bytes) = bytes.split_first_chunk()?;
        let (flags, mut rest) = bytes.split_first()?;
        let mut body = Self {
            recorded_at: i64::from_le_bytes(*recorded_at),
            schema_version: 1,
            commit: None,
            is_given: flags & HAS_GIVEN != 0,
            link: None,
            metadata: None,
            payload: &[],
        };
        if flags & HAS_VERSION != 0 {
            let (version, bytes) = rest.split_first_chunk()?;
            (body.schema_version, rest) = (u32::from_le_bytes(*version), bytes);
        }
        if flags & HAS_COMMIT != 0 {
            let (commit, bytes) = rest.split_first_chunk()?;
            (body.commit, rest) = (Some(commit), bytes);
        }
        if flags & HAS_LINK != 0 {
            let (link, bytes) = varint::take(rest)?;
            (body.link, rest) = (Some(link), bytes);
        }
        if flags & HAS_METADATA != 0 {
            let (length, bytes) = rest.split_first_chunk()?;
            let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
            let (metadata, bytes) = bytes.split_at_checked(length)?;
            (body.metadata, rest) = (Some(metadata), bytes);
        }
        body.payload = rest;
        Some(body)
    }
}

/// What the bytes of an event say; to be believed once the checksum was verified.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unverified<'a> {
    pub(crate) seal: Seal,
    /// The id of the event's name.
    pub(crate) name: i64,
    pub(crate) body: Body<'a>,
    sealed: &'a [u8],
}

impl<'a> Unverified<'a> {
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "called for each event; else all of it is copied from one place to the next"
    )]
    pub(crate) fn take(bytes: &'a [u8]) -> Option<Self> {
        let (seal, sealed) = Seal::take(bytes)?;
        let (name, rest) = varint::take(sealed)?;
        Some(Self { seal, name: name.cast_signed(), body: Body::after_name(rest)?, sealed })
    }

    /// What was stored of the event, if it is the one of these places.
    #[inline]
    pub(crate) fn verify(&self, places: &Places) -> Option<&Body<'a>> {
        (places.checksum(self.sealed) == self.seal.checksum).then_some(&self.body)
    }
}

impl Seal {
    /// The seal of an event, and what it is of.
    #[inline]
    pub(crate) fn take(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let ([a, b, c, d, chain @ ..], bytes) = bytes.split_first_chunk::<SEAL>()?;
        Some((Self { checksum: u32::from_le_bytes([*a, *b, *c, *d]), chain: u32::from_le_bytes(*chain) }, bytes))
    }

    /// Puts the seal before what is sealed; there must be room for it.
    pub(crate) fn put(self, bytes: &mut [u8]) {
        if let Some(place) = bytes.first_chunk_mut::<SEAL>() {
            let (checksum, chain) = (u64::from(self.checksum), u64::from(self.chain));
            *place = (checksum | chain << 32).to_le_bytes();
        }
    }
}

/// The id of the name of an event of these bytes; to be believed once its checksum was verified.
#[inline]
pub(crate) fn name_of(bytes: &[u8]) -> Option<i64> {
    let (id, _) = varint::take(Seal::take(bytes)?.1)?;
    Some(id.cast_signed())
}

/// The id of the name of an event of these bytes, and whether it says where the event before it in its stream stands; to be believed once its
/// checksum was verified.
#[inline]
pub(crate) fn name_and_link(bytes: &[u8]) -> Option<(i64, bool)> {
    let (id, rest) = varint::take(Seal::take(bytes)?.1)?;
    Some((id.cast_signed(), rest.get(TIME)? & HAS_LINK != 0))
}

/// The id of the commit that begins with an event of these bytes.
pub(crate) fn commit_of(bytes: &[u8]) -> Option<&[u8; 16]> {
    Body::parse(Seal::take(bytes)?.1)?.commit
}

#[cfg(test)]
mod tests;
