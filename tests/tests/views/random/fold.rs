//! Rows and queues, one delivery after the other.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::rc::Rc;

use eventsourcing::view::Projection;

/// A delivery: what it makes of a row, or that it fails.
pub(super) type Change<P> = Rc<dyn Fn(Option<P>) -> Result<Option<P>, ()>>;

/// A view as it is, or as it should be.
#[derive(Debug, PartialEq)]
pub(super) struct State<P: Projection<Key: Debug> + PartialEq + Debug> {
    pub(super) rows: Vec<P>,
    /// With the position of what failed, and how many wait.
    pub(super) parked: Vec<(P::Key, u64, u64)>,
    pub(super) dropped: Vec<(P::Key, u64, u64)>,
}

/// Each delivery after the one before.
pub(super) struct Model<P: Projection> {
    rows: BTreeMap<P::Key, P>,
    parked: BTreeMap<P::Key, Vec<(u64, Change<P>)>>,
    dropped: Vec<(P::Key, u64, u64)>,
}

impl<P: Projection> Default for Model<P> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), parked: BTreeMap::new(), dropped: Vec::new() }
    }
}

impl<P: Projection<Key: Debug> + PartialEq + Debug> Model<P> {
    pub(super) fn deliver(&mut self, position: u64, key: P::Key, change: Change<P>) {
        if let Some(waiting) = self.parked.get_mut(&key) {
            waiting.push((position, change));
        } else if !self.make(&key, &change) {
            self.parked.insert(key, vec![(position, change)]);
        }
    }

    fn make(&mut self, key: &P::Key, change: &Change<P>) -> bool {
        match change(self.rows.get(key).cloned()) {
            Ok(Some(row)) => drop(self.rows.insert(key.clone(), row)),
            Ok(None) => drop(self.rows.remove(key)),
            Err(()) => return false,
        }
        true
    }

    pub(super) fn retry(&mut self) {
        for (key, waiting) in std::mem::take(&mut self.parked) {
            let made = waiting.iter().take_while(|(_, change)| self.make(&key, change)).count();
            if made < waiting.len() {
                self.parked.insert(key, waiting[made..].to_vec());
            }
        }
    }

    pub(super) fn drop_first(&mut self) {
        if let Some((key, waiting)) = self.parked.pop_first() {
            self.dropped.push((key, waiting[0].0, waiting.len() as u64));
        }
    }

    pub(super) fn state(&self) -> State<P> {
        let parked = self.parked.iter().map(|(key, waiting)| (key.clone(), waiting[0].0, waiting.len() as u64));
        State { rows: self.rows.values().cloned().collect(), parked: parked.collect(), dropped: self.dropped.clone() }
    }
}
