//! A stretch of the log, and the events in it that a view has to read.

use crate::stream::Position;
use crate::view::Checkpoint;

/// Events as near as this are read in a row: to read one by its position takes as long as to read 23 in a row on the thread of the runner, and longer where
/// another thread does it.
const NEAR: u64 = 64;

/// A stretch of the log that an index knows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// Where it ends.
    pub(crate) to: Checkpoint,
    pub(crate) wanted: Wanted,
}

/// The events of the wanted kinds in a stretch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// So many that all are to be read.
    Most,
    /// At these positions alone, in ascending order.
    At(Vec<u64>),
}

impl Stretch {
    /// Whether there are so many wanted events among all of a stretch that they are not read one by one.
    pub(crate) const fn has_most(wanted: u64, all: u64) -> bool {
        wanted.saturating_mul(NEAR) >= all
    }

    /// What is to be read of it after a position: each time the events after the first position and up to the other.
    pub(crate) fn ranges(&self, after: Position) -> Vec<(Position, Position)> {
        let positions = match &self.wanted {
            Wanted::Most => return vec![(after, self.to.position)],
            Wanted::At(positions) => positions,
        };
        let mut ranges: Vec<(Position, Position)> = Vec::new();
        for &position in positions {
            match ranges.last_mut() {
                Some((_, until)) if position - until.get() <= NEAR => *until = Position::new(position),
                _ => ranges.push((Position::new(position).previous(), Position::new(position))),
            }
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::stream::StoreId;

    #[test]
    fn what_is_near_is_read_at_once() {
        let to = Checkpoint { store: StoreId::from(Uuid::nil()), position: Position::new(1_000), checksum: 0 };
        let ranges = |wanted| {
            let ranges = Stretch { to, wanted }.ranges(Position::new(2));
            ranges.iter().map(|(after, until)| (after.get(), until.get())).collect::<Vec<_>>()
        };
        assert_eq!(ranges(Wanted::Most), [(2, 1_000)]);
        assert_eq!(ranges(Wanted::At(vec![])), []);
        let far = 5 + 2 * NEAR;
        let expected = [(2, 4 + NEAR), (far - 1, far), (998, 999)];
        assert_eq!(ranges(Wanted::At(vec![3, 4, 4 + NEAR, far, 999])), expected);
    }
}
