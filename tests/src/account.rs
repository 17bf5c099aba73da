//! The account of the README, with an end.

use eventsourcing::prelude::*;

/// A bank account.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub struct Account {
    root: Root<Self>,
    owner: String,
    balance: i64,
}

/// There is not that much in the account.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{amount} is more than the balance of {balance}")]
pub struct Overdrawn {
    /// What there is.
    pub balance: i64,
    /// What was asked for.
    pub amount: i64,
}

#[events]
impl Account {
    /// Opens an account.
    #[event(Opened)]
    #[must_use]
    pub fn open(owner: &str) -> Self {
        Self { root: Root::new(), owner: owner.to_owned(), balance: 0 }
    }

    /// Adds to the balance.
    #[event(Deposited)]
    pub fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    /// Takes from the balance.
    ///
    /// # Errors
    ///
    /// When there is not so much.
    pub fn withdraw(&mut self, amount: i64) -> Result<(), Overdrawn> {
        if amount > self.balance {
            return Err(Overdrawn { balance: self.balance, amount });
        }
        self.withdrawn(amount);
        Ok(())
    }

    #[event(Withdrawn)]
    fn withdrawn(&mut self, amount: i64) {
        self.balance -= amount;
    }

    /// Closes it.
    #[event(Closed, discard)]
    pub fn close(&mut self) {}

    /// What is in it.
    #[must_use]
    pub fn balance(&self) -> i64 {
        self.balance
    }

    /// Whose it is.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }
}

/// Outside of `#[events]`, where the compiler cannot see to it that only events change the state.
impl Account {
    /// Changes the state without an event, as no command should.
    pub fn forge(&mut self, balance: i64) {
        self.balance = balance;
    }
}
