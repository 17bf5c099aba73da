//! What the rows and the queues behind failed deliveries are, one delivery after the other.

use std::collections::BTreeMap;

use crate::domain::{POISON, Wallet, wallet};
use uuid::Uuid;

/// A transfer, or the end of a wallet.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Made { from: u8, to: u8, amount: u64 },
    Emptied(u8),
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Model {
    pub(crate) rows: BTreeMap<Uuid, Wallet>,
    /// Of each wallet that is parked, the position of the delivery that failed, and how many wait.
    pub(crate) parked: BTreeMap<Uuid, (u64, u64)>,
}

impl Model {
    pub(crate) fn of(steps: &[Step]) -> Self {
        let mut model = Self::default();
        for (step, position) in steps.iter().zip(1..) {
            match *step {
                Step::Made { from, to, amount } => {
                    model.deliver(from, position, |row| {
                        let mut row = row?;
                        row.transfers += 1;
                        row.balance = row.balance.checked_sub(amount)?;
                        (amount != POISON).then_some(Some(row))
                    });
                    model.deliver(to, position, |row| {
                        let mut row = row.unwrap_or(Wallet { id: wallet(to), balance: 0, transfers: 0 });
                        row.transfers += 1;
                        row.balance = row.balance.checked_add(amount)?;
                        i64::try_from(row.balance).ok().map(|_| Some(row))
                    });
                }
                Step::Emptied(wallet) => model.deliver(wallet, position, |_| Some(None)),
            }
        }
        model
    }

    /// `change` gives the row as it is to be, or nothing if it fails.
    fn deliver(&mut self, number: u8, position: u64, change: impl FnOnce(Option<Wallet>) -> Option<Option<Wallet>>) {
        let key = wallet(number);
        if let Some((_, waiting)) = self.parked.get_mut(&key) {
            *waiting += 1;
            return;
        }
        match change(self.rows.get(&key).cloned()) {
            Some(Some(row)) => drop(self.rows.insert(key, row)),
            Some(None) => drop(self.rows.remove(&key)),
            None => drop(self.parked.insert(key, (position, 1))),
        }
    }
}
