//! What a command cannot do with `self`, in rustc's words: they name what the user wrote, or the type that explains itself.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
    balance: i64,
    limits: Vec<i64>,
}

trait Priced {}

impl Priced for Account {}

fn price_of(_: &impl Priced) {}

fn change(_: &mut Account) {}

macro_rules! fee {
    () => {
        Self::fee()
    };
}

#[events]
impl Account {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new(), balance: 0, limits: Vec::new() }
    }

    #[event(Deposited)]
    fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    fn lends_to_a_loop(&mut self) {
        for limit in &self.limits {
            self.deposit(*limit);
        }
    }

    fn lends_to_a_name(&mut self) {
        let limits = &self.limits;
        self.deposit(1);
        drop(limits);
    }

    fn gives_to_a_generic_function(&mut self) {
        price_of(self);
    }

    fn gives_to_what_changes_it(&mut self) {
        change(self);
    }

    fn assigns_all(&mut self) {
        *self = Self::open();
    }

    fn assigns_part(&mut self) {
        let Self { balance, .. } = self;
        *balance = 7;
        match self {
            Self { limits, .. } => limits.push(1),
        }
    }

    fn moves_out(&mut self) -> Vec<i64> {
        self.limits
    }

    fn says_self_in_a_macro(&mut self) {
        fee!();
    }

    fn is_not_compared(&mut self, other: &Self) -> bool {
        *self == *other
    }

    fn has_no_words(&mut self) -> String {
        format!("{self}")
    }

    fn fee() -> i64 {
        1
    }
}

fn main() {}
