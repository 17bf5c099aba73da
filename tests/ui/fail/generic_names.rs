//! Names of generic aggregates: one for each instance.

use std::marker::PhantomData;

use eventsourcing::Apply;
use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Ledger<C> {
    root: Root<Self>,
    of: PhantomData<C>,
}

#[derive(Aggregate)]
#[aggregate(name = "window")]
struct Window<const PANES: usize> {
    root: Root<Self>,
}

#[derive(Aggregate)]
#[aggregate(name = DOOR)]
struct Door {
    root: Root<Self>,
}

const DOOR: &str = "door";

/// What only the compiler knows of an expression.
trait Currency: Send + Sync + 'static {
    const NUMBER: u32;
    const LEDGER: &'static str;
}

struct Nameless;

impl Currency for Nameless {
    const NUMBER: u32 = 0;
    const LEDGER: &'static str = "";
}

struct Control;

impl Currency for Control {
    const NUMBER: u32 = 1;
    const LEDGER: &'static str = "next\u{85}line";
}

#[derive(Aggregate)]
#[aggregate(name = C::NUMBER)]
struct Numbered<C: Currency> {
    root: Root<Self>,
    of: PhantomData<C>,
}

#[derive(Aggregate)]
#[aggregate(name = C::LEDGER)]
struct Named<C: Currency> {
    root: Root<Self>,
    of: PhantomData<C>,
}

#[derive(Aggregate)]
#[aggregate(name = C::LEDGER)]
struct Unbound<C> {
    root: Root<Self>,
    of: PhantomData<C>,
}

#[event]
enum NoEvent {
    Never,
}

macro_rules! apply {
    ($([$($generics:tt)*] $ty:ty,)*) => {$(
        impl<$($generics)*> Apply for $ty {
            type Event = NoEvent;

            fn create(_: NoEvent) -> Option<Self> {
                None
            }

            fn apply(&mut self, _: NoEvent) {}
        }
    )*};
}

apply!([C] Ledger<C>, [const PANES: usize] Window<PANES>, [] Door, [C: Currency] Numbered<C>, [C: Currency] Named<C>, [C] Unbound<C>,);

#[derive(Application)]
struct Same {
    first: Repository<Named<Nameless>>,
    second: Repository<Named<Control>>,
}

fn main() {}
