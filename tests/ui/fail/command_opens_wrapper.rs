//! What a command has for `self` cannot be opened: what is in it could be changed.

use std::mem;
use std::ops::DerefMut;

use eventsourcing::prelude::*;

/// What a `macro_rules!` says, no block knows.
macro_rules! held {
    ($this:ident) => {
        $this.__held_
    };
}

#[derive(Aggregate)]
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

    fn assign(&mut self) {
        self.0.balance = 7;
    }

    fn assign_all(&mut self) {
        *self.0 = Account::open();
    }

    fn assign_by_name(&mut self) {
        self.__held.balance = 7;
    }

    fn assign_inside(&mut self) {
        self.__held.0.balance = 7;
    }

    fn take(&mut self) {
        mem::take(&mut self.0.balance);
    }

    fn take_by_name(&mut self) {
        mem::take(&mut self.balance);
        mem::take(&mut self.__held.balance);
    }

    fn take_apart(&mut self) {
        let OnlyEventsChangeState(inner) = self;
        inner.balance = 7;
    }

    fn take_apart_by_name(&mut self) {
        let OnlyEventsChangeState { __held: inner } = self;
        inner.balance = 7;
    }

    fn assign_by_macro(&mut self) {
        held!(self).balance = 7;
    }

    fn assign_inside_by_macro(&mut self) {
        held!(self).0.balance = 7;
    }

    fn swap(&mut self) {
        let mut other = Account::open();
        mem::swap(self, &mut other);
        mem::swap(&mut *self, &mut other);
        mem::swap(&mut **self, &mut other);
    }

    fn dereference(&mut self) {
        impl DerefMut for OnlyEventsChangeState<'_> {
            fn deref_mut(&mut self) -> &mut Account {
                &mut self.__held
            }
        }
        self.balance = 7;
    }
}

fn main() {}
