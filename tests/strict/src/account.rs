//! Events as methods, and an application.

use eventsourcing::prelude::*;

/// A bank account.
#[derive(Aggregate, Clone, Debug, PartialEq, Eq)]
#[aggregate(name = "account")]
pub struct Account {
    root: Root<Self>,
    owner: String,
    balance: i64,
}

/// Why money stays where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdrawn;

#[events(derive(PartialOrd, Ord, Hash), rename_all = "camelCase")]
impl Account {
    /// The least that is left.
    const LEAST: i64 = 0;

    /// Opens an account.
    #[event(Opened)]
    #[inline]
    #[must_use]
    pub fn open(owner: &str) -> Self {
        Self { root: Root::new(), owner: owner.to_owned(), balance: 0 }
    }

    /// Adds to the balance.
    #[event(Deposited, alias = "PaidIn")]
    #[inline]
    pub fn deposit(&mut self, amount: i64) {
        self.balance = self.balance.saturating_add(amount);
    }

    /// Takes from the balance.
    ///
    /// # Errors
    ///
    /// [`Overdrawn`] if there is less.
    #[inline]
    pub fn withdraw(&mut self, amount: i64) -> Result<(), Overdrawn> {
        if self.balance.saturating_sub(amount) < Self::LEAST {
            return Err(Overdrawn);
        }
        self.withdrawn(amount);
        Ok(())
    }

    #[event(Withdrawn)]
    fn withdrawn(&mut self, amount: i64) {
        self.balance = self.balance.saturating_sub(amount);
    }

    /// Notes something, of which the state keeps nothing.
    #[event(Noted)]
    #[inline]
    pub fn note(&mut self, text: &str, tags: &[String], at: Option<u64>) {}

    /// Joins two accounts of one owner; whether it did.
    #[inline]
    pub fn join(&mut self, other: &mut Self, fee: i64) -> bool {
        let Self { owner, .. } = self;
        if *self == *other || *owner != other.owner {
            return false;
        }
        self.note(&format!("{self:?}"), &[], None);
        self.deposit(other.balance.saturating_sub(fee));
        other.close();
        matches!(self, Self { balance: 1.., .. })
    }

    /// Closes the account.
    #[event(Closed, name = "closed", discard)]
    #[inline]
    pub fn close(&mut self) {}

    /// Whose it is.
    #[inline]
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }
}

/// A bank.
#[derive(Application, Debug)]
pub struct Bank {
    /// All accounts.
    pub accounts: Repository<Account>,
    /// The fees that are taken of them.
    pub fees: Repository<crate::Fee>,
    /// How many doors there are.
    pub counts: Repository<crate::Count>,
    /// Those of another bank.
    pub other: Other,
}

/// Another bank, which this one took over.
#[derive(Application, Debug)]
pub struct Other {
    /// All doors.
    pub doors: Repository<crate::Door>,
}
