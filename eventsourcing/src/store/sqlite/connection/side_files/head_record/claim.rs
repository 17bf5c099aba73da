//! One claim of a head record: that the log has come to a position, and which WAL it was in then.

use std::fs;
use std::sync::LazyLock;

use uuid::Uuid;

use crate::store::sqlite::connection::wal::header::Salts;
use crate::store::sqlite::connection::wal::state::WalState;
use crate::store::sqlite::format::head::Head;

/// The bytes of a claim.
pub(crate) const BYTES: usize = 42;

/// The bytes of the whole record as releases before 0.2 wrote it.
pub(crate) const OLD_BYTES: usize = 33;

/// That the log has had an event at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) head: Head,
    /// Whether a sync covers all of the log up to there.
    pub(crate) is_synced: bool,
    /// The start of the system that it was written under; nil where the system has no id of it.
    pub(crate) start: Uuid,
    pub(crate) wal: WalState,
}

impl Claim {
    /// Whether the log may end before it: nothing has synced it, and the machine has stopped since.
    pub(crate) fn may_be_lost(&self) -> bool {
        !self.is_synced && !self.is_of_this_start()
    }

    /// Whether the machine has run all the time since it was written, as far as the system says.
    pub(crate) fn is_of_this_start(&self) -> bool {
        !self.start.is_nil() && self.start == start_of_system()
    }

    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = checked(bytes.get(..BYTES)?)?;
        let head = take_head(&mut rest)?;
        let [is_synced, kind] = take(&mut rest)?;
        let start = Uuid::from_bytes(take(&mut rest)?);
        let (first, second) = (u32::from_le_bytes(take(&mut rest)?), u32::from_le_bytes(take(&mut rest)?));
        let wal = match (kind, first, second) {
            (0, 0, 0) => WalState::Unknown,
            (1, 0, 0) => WalState::CopyNeverOpened,
            (2, 0, 0) => WalState::Fresh,
            (3, first, second) => WalState::Salts(Salts { first, second }),
            _ => return None,
        };
        (is_synced <= 1).then_some(Self { head, is_synced: is_synced == 1, start, wal })
    }

    /// A record as older releases wrote it.
    pub(crate) fn parse_old(bytes: &[u8]) -> Option<Self> {
        let mut rest = checked(bytes.get(..OLD_BYTES)?)?;
        let head = take_head(&mut rest)?;
        let [is_synced] = take(&mut rest)?;
        let start = Uuid::from_bytes(take(&mut rest)?);
        Some(Self { head, is_synced: is_synced != 0, start, wal: WalState::Unknown })
    }

    pub(crate) fn bytes(&self) -> [u8; BYTES] {
        let (kind, salts) = match self.wal {
            WalState::Unknown => (0, Salts { first: 0, second: 0 }),
            WalState::CopyNeverOpened => (1, Salts { first: 0, second: 0 }),
            WalState::Fresh => (2, Salts { first: 0, second: 0 }),
            WalState::Salts(salts) => (3, salts),
        };
        let mut bytes = [0; BYTES];
        let rest = put(&mut bytes, self.head.position.get().to_le_bytes());
        let rest = put(rest, self.head.chain.to_le_bytes());
        let rest = put(rest, [self.is_synced.into(), kind]);
        let rest = put(rest, *self.start.as_bytes());
        let rest = put(rest, salts.first.to_le_bytes());
        put(rest, salts.second.to_le_bytes());
        seal(&mut bytes);
        bytes
    }
}

/// Puts the checksum of the bytes before it in the last four.
pub(crate) fn seal(bytes: &mut [u8]) {
    if let Some((sealed, checksum)) = bytes.split_last_chunk_mut() {
        *checksum = crc32fast::hash(sealed).to_le_bytes();
    }
}

/// The bytes before the checksum, if it fits.
pub(crate) fn checked(bytes: &[u8]) -> Option<&[u8]> {
    let (sealed, checksum) = bytes.split_last_chunk()?;
    (crc32fast::hash(sealed) == u32::from_le_bytes(*checksum)).then_some(sealed)
}

/// Writes bytes at the beginning, and gives the place after them.
fn put<const N: usize>(place: &mut [u8], bytes: [u8; N]) -> &mut [u8] {
    match place.split_first_chunk_mut() {
        Some((first, after)) => {
            *first = bytes;
            after
        }
        None => &mut [],
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*first)
}

fn take_head(bytes: &mut &[u8]) -> Option<Head> {
    Some(Head { position: u64::from_le_bytes(take(bytes)?).into(), chain: u32::from_le_bytes(take(bytes)?) })
}

/// Names the time since the system was started; nil where the system has no id of it.
pub(crate) fn start_of_system() -> Uuid {
    static START: LazyLock<Uuid> = LazyLock::new(|| {
        let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        id.trim().parse().unwrap_or_default()
    });
    *START
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_read_as_it_was_written_and_one_with_a_flipped_bit_is_none() {
        let salts = Salts { first: u32::MAX, second: 5 };
        for wal in [WalState::Unknown, WalState::CopyNeverOpened, WalState::Fresh, WalState::Salts(salts)] {
            let head = Head { position: 7.into(), chain: 8 };
            let claim = Claim { head, is_synced: true, start: Uuid::from_u128(9), wal };
            let bytes = claim.bytes();
            assert_eq!(Claim::parse(&bytes), Some(claim));
            for bit in 0..bytes.len() * 8 {
                let mut flipped = bytes;
                flipped[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(Claim::parse(&flipped), None, "{bit}");
            }
            assert_eq!(Claim::parse(&bytes[1..]), None);
        }
        for nothing in [&[][..], &[0; 64]] {
            assert_eq!((Claim::parse(nothing), Claim::parse_old(nothing)), (None, None));
        }
    }

    #[test]
    fn a_record_of_an_older_release_is_a_claim() {
        let mut bytes = [7_u64.to_le_bytes().as_slice(), &8_u32.to_le_bytes(), &[1], &[9; 16], &[0; 4]].concat();
        seal(&mut bytes);
        let claim = Claim::parse_old(&bytes).unwrap();
        assert_eq!((claim.head, claim.is_synced), (Head { position: 7.into(), chain: 8 }, true));
        assert_eq!((claim.start, claim.wal), (Uuid::from_bytes([9; 16]), WalState::Unknown));
        assert_eq!(Claim::parse(&bytes), None);
    }
}
