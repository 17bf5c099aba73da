//! The account of the README, with an end.

use eventsourcing::{Aggregate, Apply, Event, EventKind, Root};
use serde::{Deserialize, Serialize};

/// A bank account.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    root: Root<Self>,
    owner: String,
    balance: i64,
}

/// What happens to an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AccountEvent {
    /// It is opened.
    Opened {
        /// Whose it is.
        owner: String,
    },
    /// Money comes.
    Deposited {
        /// In cents.
        amount: i64,
    },
    /// Money goes.
    Withdrawn {
        /// In cents.
        amount: i64,
    },
    /// It is closed for good.
    Closed,
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

impl Account {
    /// Opens an account.
    #[must_use]
    pub fn open(owner: &str) -> Self {
        Self::begin(AccountEvent::Opened { owner: owner.to_owned() }).unwrap()
    }

    /// Adds to the balance.
    pub fn deposit(&mut self, amount: i64) {
        self.record(AccountEvent::Deposited { amount });
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
        self.record(AccountEvent::Withdrawn { amount });
        Ok(())
    }

    /// Closes it.
    pub fn close(&mut self) {
        self.record(AccountEvent::Closed);
    }

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

    /// Changes the state without an event, as no command should.
    pub fn forge(&mut self, balance: i64) {
        self.balance = balance;
    }
}

impl Apply for Account {
    type Event = AccountEvent;

    fn create(event: AccountEvent) -> Option<Self> {
        match event {
            AccountEvent::Opened { owner } => Some(Self { root: Root::new(), owner, balance: 0 }),
            _ => None,
        }
    }

    fn apply(&mut self, event: AccountEvent) {
        match event {
            AccountEvent::Opened { owner } => self.owner = owner,
            AccountEvent::Deposited { amount } => self.balance += amount,
            AccountEvent::Withdrawn { amount } => self.balance -= amount,
            AccountEvent::Closed => {}
        }
    }
}

impl Aggregate for Account {
    const NAME: &'static str = "Account";

    fn root(&self) -> &Root<Self> {
        &self.root
    }

    fn root_mut(&mut self) -> &mut Root<Self> {
        &mut self.root
    }
}

impl Event for AccountEvent {
    const KINDS: &'static [EventKind] = &[
        EventKind::new("Opened"),
        EventKind::new("Deposited"),
        EventKind::new("Withdrawn"),
        EventKind::new("Closed").discards(),
    ];

    fn kind(&self) -> &'static EventKind {
        let index = match self {
            Self::Opened { .. } => 0,
            Self::Deposited { .. } => 1,
            Self::Withdrawn { .. } => 2,
            Self::Closed => 3,
        };
        &Self::KINDS[index]
    }
}
