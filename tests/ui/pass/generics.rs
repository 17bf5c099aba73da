//! Generic aggregates, with bounds and where clauses, and commands that are generic themselves.

use eventsourcing::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub trait Money: Copy + std::ops::AddAssign + Serialize + DeserializeOwned + Send + Sync + 'static {}

impl Money for i64 {}

const fn name(limit: usize) -> &'static str {
    match limit {
        2 => "account of two",
        _ => "account",
    }
}

#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(name = name(LIMIT))]
pub struct Account<M: Money, const LIMIT: usize>
where
    M: Default,
{
    root: Root<Self>,
    balance: M,
    owners: Vec<String>,
}

#[events]
impl<M: Money, const LIMIT: usize> Account<M, LIMIT>
where
    M: Default,
{
    pub const LIMIT: usize = LIMIT;

    #[event(Opened)]
    pub fn open() -> Self {
        Self { root: Root::new(), balance: M::default(), owners: Vec::new() }
    }

    #[event(Deposited)]
    pub fn deposit(&mut self, amount: M) {
        self.balance += amount;
    }

    #[event(OwnersAdded)]
    fn added(&mut self, owners: &[String]) {
        self.owners.extend_from_slice(owners);
    }

    pub fn add<'a, T: Into<String>, I>(&mut self, owners: I, _label: &'a str) -> Result<&'a str, usize>
    where
        I: IntoIterator<Item = T>,
    {
        let owners: Vec<String> = owners.into_iter().map(Into::into).collect();
        if self.owners.len() + owners.len() > Self::LIMIT {
            return Err(Self::LIMIT);
        }
        self.added(&owners);
        Ok(_label)
    }

    pub fn default_of<T: Default>(&mut self) -> T {
        T::default()
    }

    pub fn twice(self: &mut Self, (left, right): (M, M), each: impl Fn(M) -> M) {
        self.deposit(each(left));
        self.deposit(each(right));
    }

    pub async fn later(&mut self, amount: M) {
        std::future::ready(()).await;
        self.deposit(amount);
    }

    pub fn into_balance(self) -> M {
        self.balance
    }

    pub fn fresh(&mut self) -> Self {
        let account = Self::open();
        let Self { owners, .. } = &account;
        assert!(owners.is_empty() && matches!(account, Self { .. }));
        account
    }
}

fn main() {
    let accounts = Repository::<Account<i64, 2>>::new(MemoryStore::new()).check_replay().blocking();
    let mut account = Account::open();
    assert_eq!(account.add(["alice", "bob"], "both"), Ok("both"));
    assert_eq!(account.add(["carol"], "third"), Err(2));
    account.twice((1, 2), |amount| amount * 10);
    assert_eq!(account.default_of::<u8>(), 0);
    assert_eq!(account.fresh().version(), 1);
    accounts.save(&mut account).unwrap();
    assert_eq!(accounts.get(account.id()).unwrap().into_balance(), 30);
    assert_eq!(accounts.history(account.id()).unwrap()[2].event, AccountEvent::Deposited { amount: 10 });
    assert_eq!((Account::<i64, 2>::NAME, Account::<i64, 3>::NAME), ("account of two", "account"));
    assert_eq!((Ledger::<Usd>::NAME, Ledger::<Eur>::NAME), ("ledger usd", "ledger eur"));
    assert_eq!(Ledger::<Eur>::begin().version(), 1);
}

pub trait Currency: Send + Sync + 'static {
    const LEDGER: &'static str;
}

pub struct Usd;
pub struct Eur;

impl Currency for Usd {
    const LEDGER: &'static str = "ledger usd";
}

impl Currency for Eur {
    const LEDGER: &'static str = "ledger eur";
}

/// Its parameter is in no event, and a macro has made its name.
macro_rules! ledger {
    ($name:expr) => {
        #[derive(Aggregate)]
        #[aggregate(name = $name)]
        pub struct Ledger<C: Currency> {
            root: Root<Self>,
            of: std::marker::PhantomData<fn() -> C>,
        }
    };
}

ledger!(C::LEDGER);

#[events]
impl<C: Currency> Ledger<C> {
    #[event(Begun)]
    pub fn begin() -> Self {
        Self { root: Root::new(), of: std::marker::PhantomData }
    }
}
