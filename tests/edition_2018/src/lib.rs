//! Generated code in a crate of an older edition: it compiles, and what the user wrote means what it means elsewhere in that crate. The
//! editions 2018 and 2021 each compile this file.

/// Every macro, as a crate of the newest edition compiles it.
#[path = "../../renamed/src/lib.rs"]
pub mod renamed;

use std::cell::RefCell;

use es::prelude::*;

pub use self::renamed::framework;

/// A word that is reserved since 2024, and that crates give to code that was generated.
pub mod gen {
    use serde::{Deserialize, Serialize};

    /// An amount.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, es::Schema)]
    #[schema(crate = ::es)]
    pub struct Money {
        /// How much.
        pub gen: i64,
    }
}

/// A wallet.
#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(snapshot_every = 2, crate = ::es)]
pub struct Wallet {
    root: Root<Self>,
    gen: gen::Money,
}

#[events(crate = ::es)]
impl Wallet {
    /// Opens a wallet.
    #[event(Opened)]
    pub fn open(gen: gen::Money) -> Self {
        Self { root: Root::new(), gen }
    }

    #[event(Changed)]
    fn gen(&mut self, gen: &gen::Money, also: &[gen::Money], dropped: Option<i64>) {
        let also: i64 = also.iter().map(|money| money.gen).sum();
        self.gen.gen += gen.gen + also - dropped.unwrap_or_default();
    }

    /// Changes it, and says what was dropped in which order.
    pub fn pay(&mut self, cents: i64, dropped: &RefCell<Vec<&'static str>>) -> usize {
        let _local = Dropped("local", dropped);
        self.gen(&gen::Money { gen: cents }, &[], None);
        Dropped("temporary", dropped).as_text().len()
    }

    /// Borrows nothing of it, which `impl` does not say before 2024 either.
    pub fn digits(&mut self) -> impl Iterator<Item = char> + use<> {
        self.gen.gen.to_string().chars().collect::<Vec<_>>().into_iter()
    }

    /// Waits between two events.
    ///
    /// # Errors
    ///
    /// What is left, if that is nothing.
    pub async fn pay_later<'a>(&mut self, cents: i64, to: &'a str) -> Result<&'a str, gen::Money> {
        self.gen(&gen::Money { gen: -cents }, &[], Some(0));
        std::future::ready(()).await;
        match self.gen.gen {
            ..=0 => Err(self.gen.clone()),
            _ => Ok(to),
        }
    }
}

/// A text between signs that are a literal of their own since 2024. With another block of the same aggregate in the file, `#[events]` reads all of it.
macro_rules! between_signs {
    (# $text:literal #) => {
        $text
    };
}

impl Wallet {
    /// What is written on it.
    #[must_use]
    pub fn label() -> &'static str {
        between_signs!(#"wallet"#)
    }
}

/// Notes that it is dropped.
struct Dropped<'a>(&'static str, &'a RefCell<Vec<&'static str>>);

impl Dropped<'_> {
    fn as_text(&self) -> &str {
        self.0
    }
}

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

/// A wallet that was paid into.
#[derive(View, Clone, Debug, PartialEq)]
#[view(crate = ::es)]
pub struct Paid {
    #[view(key)]
    gen: Id<Wallet>,
    cents: i64,
}

#[projection(version = 1, ignore(WalletEvent::Opened), crate = ::es)]
impl Paid {
    #[on(WalletEvent::Changed)]
    fn gen(this: Option<Self>, at: &At<Wallet>, gen: &gen::Money) -> Self {
        let cents = this.map_or(0, |paid| paid.cents) + gen.gen;
        Self { gen: at.id(), cents }
    }
}

/// Where wallets are.
#[derive(Application, Debug)]
#[application(crate = ::es)]
pub struct Pockets {
    wallets: Repository<Wallet>,
    /// Whom they pay.
    pub payees: Repository<Payee>,
}

/// What was paid to somebody.
#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(crate = ::es)]
pub struct Payee {
    root: Root<Self>,
    gen: i64,
}

#[events(crate = ::es)]
impl Payee {
    #[event(Begun)]
    fn of(gen: i64) -> Self {
        Self { root: Root::named("payee"), gen }
    }

    #[event(Got)]
    fn gen(&mut self, gen: i64) {
        self.gen += gen;
    }
}

#[process(app = Pockets, ignore(WalletEvent::Opened), crate = ::es)]
impl Payee {
    #[starts_or_continues(WalletEvent::Changed, id = "payee")]
    async fn changed(this: Option<Self>, gen: &gen::Money, cx: &mut Reaction<'_, Pockets>) -> Self {
        cx.timer("gen", cx.now());
        match this {
            Some(mut payee) => {
                payee.gen(gen.gen);
                payee
            }
            None => Self::of(gen.gen),
        }
    }

    #[timer("gen")]
    async fn due(&mut self) {
        self.gen(self.gen);
        let gen = async { self.gen }.await;
        self.again(gen);
    }

    fn again(&mut self, gen: i64) {
        self.gen(gen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    es::history_tests!(Repository<Wallet>);

    fn pay(dropped: &RefCell<Vec<&'static str>>) -> usize {
        let _local = Dropped("local", dropped);
        Dropped("temporary", dropped).as_text().len()
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let wallets = Repository::<Wallet>::new(MemoryStore::new()).check_replay().blocking();
        let mut wallet = Wallet::open(gen::Money { gen: 7 });
        wallet.pay(5, &RefCell::default());
        assert_eq!(pollster::block_on(wallet.pay_later(2, "alice")), Ok("alice"));
        wallets.save(&mut wallet).unwrap();
        let mut loaded = wallets.get(wallet.id()).unwrap();
        assert_eq!((loaded.digits().collect::<String>(), &loaded), ("10".to_owned(), &wallet));
        assert_eq!(pollster::block_on(loaded.pay_later(10, "bob")), Err(gen::Money { gen: 0 }));
    }

    #[test]
    fn what_a_later_edition_reserves_is_read_as_in_this_one() {
        assert_eq!(Wallet::label(), "wallet");
        assert!(include_str!("lib.rs").matches("events").count() > 1, "the file is read");
    }

    #[test]
    fn temporaries_of_a_command_live_as_long_as_those_of_a_function() {
        let (of_command, of_function) = (RefCell::default(), RefCell::default());
        Wallet::open(gen::Money { gen: 0 }).pay(1, &of_command);
        pay(&of_function);
        assert_eq!(of_command, of_function);
        assert_eq!(of_command.into_inner(), ["local", "temporary"], "before 2024");
    }
}
