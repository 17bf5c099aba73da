//! A part of the index as it is in its file: a head with the checkpoints that it is between, the kinds in it, and where their positions are; and these
//! positions, each as its distance from the one before it.
//!
//! The head has a checksum, as have the positions of each kind. A part begins at the checkpoint at which the one before it ends, so that one which an older
//! write has left there is no part of the index.

use std::fs::File;

use uuid::Uuid;

use crate::store::checksum_of;
use crate::store::sqlite::{positioned_io, varint};
use crate::stream::{Position, StoreId};
use crate::view::Checkpoint;
use crate::view::kinds::{KindPositions, StoredKind, Stretch, Wanted};

/// What a part begins with; the digit is the release of the format.
const MAGIC: &[u8; 8] = b"evskind1";

/// The bytes before the head: the magic, how long the head is, and its checksum.
const PREFACE: usize = 16;

/// The most bytes of a head, so that a length which is damaged is not believed.
const MOST: usize = 16 << 20;

/// What a part begins with.
#[derive(Debug)]
pub(super) struct Head {
    from: Checkpoint,
    pub(super) to: Checkpoint,
    kinds: Vec<KindHead>,
    /// Where the next part begins.
    pub(super) end: u64,
}

/// Where the positions of a kind are.
#[derive(Debug)]
struct KindHead {
    aggregate: String,
    name: String,
    schema_version: u32,
    count: u64,
    checksum: u32,
    at: u64,
    len: usize,
}

/// The bytes of a part; none if it would have more kinds than can be.
pub(super) fn encode(seen: &KindPositions) -> Option<Vec<u8>> {
    let (mut head, mut bodies) = (Vec::new(), Vec::new());
    let (from, to) = (seen.from(), seen.to());
    head.extend(to.store.as_uuid().as_bytes());
    for checkpoint in [from, to] {
        head.extend(checkpoint.position.get().to_le_bytes());
        head.extend(checkpoint.checksum.to_le_bytes());
    }
    for of_kind in seen.kinds() {
        let (kind, mut before, begun) = (of_kind.kind(), from.position.get(), bodies.len());
        for &position in &of_kind.positions {
            varint::put(position.checked_sub(before)?, &mut bodies);
            before = position;
        }
        let body = bodies.get(begun..)?;
        for text in [kind.aggregate, kind.name] {
            varint::put(text.len() as u64, &mut head);
            head.extend(text.as_bytes());
        }
        for number in [u64::from(kind.schema_version), of_kind.positions.len() as u64, body.len() as u64] {
            varint::put(number, &mut head);
        }
        head.extend(checksum_of([body]).to_le_bytes());
    }
    let len = u32::try_from(head.len()).ok().filter(|_| head.len() <= MOST)?.to_le_bytes();
    let checksum = checksum_of([&MAGIC[..], &len, &head]).to_le_bytes();
    Some([&MAGIC[..], &len, &checksum, &head, &bodies].concat())
}

impl Head {
    /// The head of the part at this place of a file of so many bytes; none if there is no whole part, or none that begins after this checkpoint.
    pub(super) fn read(file: &File, at: u64, file_len: u64, from: Option<Checkpoint>) -> Option<Self> {
        let head_at = at.checked_add(PREFACE as u64).filter(|head_at| *head_at <= file_len)?;
        let mut preface = [0; PREFACE];
        positioned_io::read(file, &mut preface, at).ok()?;
        let mut fields = Fields(&preface);
        let (magic, len, checksum) = (fields.take::<8>()?, fields.take::<4>()?, fields.u32()?);
        let head_len = u32::from_le_bytes(len);
        let bodies_at = head_at.checked_add(head_len.into()).filter(|end| *end <= file_len)?;
        let head_len = usize::try_from(head_len).ok().filter(|len| *len <= MOST)?;
        if magic != *MAGIC {
            return None;
        }
        let mut bytes = vec![0; head_len];
        positioned_io::read(file, &mut bytes, head_at).ok()?;
        let is_whole = checksum_of([&MAGIC[..], &len, &bytes]) == checksum;
        let head = is_whole.then(|| Self::parse(&bytes, bodies_at)).flatten()?;
        let follows = from.map_or(head.from.position == 0, |from| head.from == from);
        (follows && head.end <= file_len).then_some(head)
    }

    fn parse(bytes: &[u8], bodies_at: u64) -> Option<Self> {
        let mut fields = Fields(bytes);
        let store = StoreId::from(Uuid::from_bytes(fields.take()?));
        let (from, to) = (fields.checkpoint(store)?, fields.checkpoint(store)?);
        let (mut kinds, mut end, mut left) =
            (Vec::new(), bodies_at, to.position.get().checked_sub(from.position.get())?);
        while !fields.0.is_empty() {
            let (aggregate, name) = (fields.text()?, fields.text()?);
            let (schema_version, count, len) = (fields.number()?, fields.number()?, fields.number()?);
            let (at, checksum) = (end, fields.u32()?);
            end = end.checked_add(len)?;
            left = left.checked_sub(count)?;
            let (schema_version, len) = (u32::try_from(schema_version).ok()?, usize::try_from(len).ok()?);
            kinds.push(KindHead { aggregate, name, schema_version, count, checksum, at, len });
        }
        (from.position < to.position).then_some(Self { from, to, kinds, end })
    }

    /// The stretch of the log that the part is of, with the events of the wanted kinds after a position; none if these are not what was written.
    pub(super) fn stretch(
        &self,
        file: &File,
        after: Position,
        is_wanted: &dyn Fn(StoredKind<'_>) -> bool,
    ) -> Option<Stretch> {
        let wanted: Vec<&KindHead> = self.kinds.iter().filter(|kind| is_wanted(kind.kind())).collect();
        let count = wanted.iter().map(|kind| kind.count).sum();
        if count > 0 && Stretch::has_most(count, self.to.position.get() - self.from.position.get()) {
            return Some(Stretch { to: self.to, wanted: Wanted::Most });
        }
        let mut positions = Vec::new();
        for kind in wanted {
            self.read_positions(file, kind, &mut positions)?;
        }
        positions.retain(|position| *position > after.get());
        positions.sort_unstable();
        Some(Stretch { to: self.to, wanted: Wanted::At(positions) })
    }

    fn read_positions(&self, file: &File, kind: &KindHead, positions: &mut Vec<u64>) -> Option<()> {
        let mut body = vec![0; kind.len];
        positioned_io::read(file, &mut body, kind.at).ok()?;
        if checksum_of([&*body]) != kind.checksum {
            return None;
        }
        let (mut rest, mut position) = (&*body, self.from.position.get());
        for _ in 0..kind.count {
            let (distance, after) = varint::take(rest)?;
            rest = after;
            position = position.checked_add(distance).filter(|position| *position <= self.to.position.get())?;
            positions.push(position);
        }
        rest.is_empty().then_some(())
    }
}

impl KindHead {
    fn kind(&self) -> StoredKind<'_> {
        StoredKind { aggregate: &self.aggregate, name: &self.name, schema_version: self.schema_version }
    }
}

/// Fields one after the other.
struct Fields<'b>(&'b [u8]);

impl Fields<'_> {
    fn take<const LEN: usize>(&mut self) -> Option<[u8; LEN]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn checkpoint(&mut self, store: StoreId) -> Option<Checkpoint> {
        let position = self.take().map(u64::from_le_bytes).map(Position::new)?;
        Some(Checkpoint { store, position, checksum: self.u32()? })
    }

    fn number(&mut self) -> Option<u64> {
        let (number, rest) = varint::take(self.0)?;
        self.0 = rest;
        Some(number)
    }

    fn text(&mut self) -> Option<String> {
        let len = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }
}
