//! Events that are known to be lost.

use crate::store::sqlite::repair::finding::Finding;
use crate::stream::Position;

/// Where damaged and missing events are, or were.
#[derive(Debug, Default)]
pub(crate) struct LostEvents {
    /// From the first position to the last, each range after the one before.
    ranges: Vec<(Position, Position)>,
}

impl LostEvents {
    /// Those that were found in the log.
    pub(crate) fn from_findings(findings: &[Finding]) -> Self {
        let range = |finding: &Finding| match finding {
            Finding::Damaged(place) => Some((place.position, place.position)),
            Finding::Missing { first, last } => Some((*first, *last)),
            Finding::Behind { found, .. } => Some((found.next(), Position::MAX)),
            Finding::Diverged { .. }
            | Finding::ForeignWal
            | Finding::Structure(_)
            | Finding::Misindexed { .. }
            | Finding::Unindexed(_)
            | Finding::Gap { .. }
            | Finding::Unlinked(_)
            | Finding::Name { .. }
            | Finding::Commit { .. }
            | Finding::Snapshot { .. } => None,
        };
        let mut lost = Self::default();
        for (first, last) in findings.iter().filter_map(range) {
            lost.add(first, last);
        }
        lost
    }

    /// Adds those from one position to another.
    pub(crate) fn add(&mut self, first: Position, last: Position) {
        let from = self.ranges.partition_point(|(_, end)| *end < first);
        let to = self.ranges.partition_point(|(start, _)| *start <= last);
        let met = self.ranges.get(from..to).unwrap_or_default();
        let first = met.first().map_or(first, |range| range.0.min(first));
        let last = met.last().map_or(last, |range| range.1.max(last));
        self.ranges.splice(from..to.max(from), [(first, last)]);
    }

    /// Removes one position.
    pub(crate) fn remove(&mut self, position: Position) {
        let index = self.ranges.partition_point(|(_, last)| *last < position);
        let Some(&(first, last)) = self.ranges.get(index).filter(|(first, _)| *first <= position) else { return };
        let rest = [(first, position.previous()), (position.next(), last)];
        let is_left = [first < position, position < last];
        let rest = rest.into_iter().zip(is_left).filter_map(|(range, is_left)| is_left.then_some(range));
        self.ranges.splice(index..=index, rest);
    }

    pub(crate) fn has(&self, position: Position) -> bool {
        self.has_any(position, position)
    }

    /// Whether an event is lost between these positions, both included.
    pub(crate) fn has_any(&self, from: Position, to: Position) -> bool {
        let before = self.ranges.partition_point(|(_, last)| *last < from);
        self.ranges.get(before).is_some_and(|(first, _)| *first <= to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::EventLocation;
    use crate::stream::StreamId;

    #[test]
    fn ranges_that_meet_are_one() {
        let mut lost = LostEvents::default();
        for (first, last) in [(5, 68), (40, 40), (2, 3), (68, 70), (1, 2), (80, 90), (72, 85)] {
            lost.add(first.into(), last.into());
        }
        let ranges = |lost: &LostEvents| -> Vec<_> {
            lost.ranges.iter().map(|(first, last)| (first.get(), last.get())).collect()
        };
        assert_eq!(ranges(&lost), [(1, 3), (5, 70), (72, 90)]);
        assert!(lost.has(50.into()) && !lost.has(71.into()));
        for position in [1, 3, 2, 70, 50, 4, 99] {
            lost.remove(position.into());
        }
        assert_eq!(ranges(&lost), [(5, 49), (51, 69), (72, 90)]);
    }

    #[test]
    fn what_is_damaged_missing_or_behind_is_lost_and_nothing_else() {
        let stream = StreamId::new("Account", uuid::Uuid::nil());
        let lost = LostEvents::from_findings(&[
            Finding::Behind { recorded: 30.into(), found: 20.into() },
            Finding::Missing { first: 3.into(), last: 5.into() },
            Finding::Damaged(EventLocation { stream, version: 1.into(), position: 9.into() }),
            Finding::Structure("page 7".to_owned()),
        ]);
        let found: Vec<_> = (0..23).filter(|position| lost.has((*position).into())).collect();
        assert_eq!(found, [3, 4, 5, 9, 21, 22]);
        assert!(
            lost.has_any(5.into(), 8.into())
                && lost.has_any(6.into(), 9.into())
                && lost.has_any(1.into(), 40.into())
                && !lost.has_any(6.into(), 8.into())
        );
        assert!(!LostEvents::default().has(1.into()));
    }
}
