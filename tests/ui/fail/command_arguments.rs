//! An aggregate is changed through `&mut self`, and through a plain `&mut Self` of a command: there, events alone can do so.

use std::pin::Pin;

use eventsourcing::prelude::*;

#[derive(Aggregate, Clone)]
struct Account {
    root: Root<Self>,
    balance: i64,
}

#[events]
impl Account {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new(), balance: 0 }
    }

    fn by_value(mut self) -> Self {
        self.balance = 7;
        self
    }

    fn boxed(mut self: Box<Self>) {
        self.balance = 7;
    }

    fn boxed_to_read(self: Box<Account>) {}

    fn pinned(self: Pin<&mut Self>) {}

    fn twice(self: &mut Box<Self>) {}

    fn to_another_name(mut self: &mut Account) {}

    fn not_the_receiver(this: &mut Self) {
        this.balance = 7;
    }

    fn beside_a_reader(&self, other: &mut Account) {
        other.balance = 7;
    }

    fn all(accounts: &mut [Self], others: &mut Vec<Account>) {}

    fn some(account: Option<&mut Self>) {}

    fn each<'a>(accounts: impl Iterator<Item = &'a mut Self>) {}

    fn each_of<'a, I: Iterator<Item = &'a mut Account>>(accounts: I) {}

    fn command_of_each<'a, I>(&mut self, accounts: I)
    where
        I: IntoIterator<Item = &'a mut Self>,
    {
    }

    fn command_of_all(&mut self, accounts: &mut [Self], pair: (u8, &mut Self)) {}

    fn command_of_some(&mut self, account: Option<&mut Self>) {}

    fn command_of_lent<'a>(&mut self, account: &'a mut Self) {}

    fn command_of_another(&mut self, other: &mut Self) {
        other.balance = 7;
    }

    fn readers(&self, other: &Self, all: &[Self], owned: Vec<Self>, each: impl Fn(&mut Self)) {}
}

fn main() {}
