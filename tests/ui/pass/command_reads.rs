//! A command reads `self` as any method does.

#![deny(unused, clippy::all)]

use std::fmt;
use std::ops::{Deref, Index};

use eventsourcing::prelude::*;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices(Vec<i64>, i64);

#[derive(Aggregate, Clone, Debug, PartialEq)]
pub struct Basket {
    root: Root<Self>,
    prices: Prices,
    open: bool,
}

trait Priced {
    fn price(&self) -> i64;
}

impl Priced for Basket {
    fn price(&self) -> i64 {
        self.0.iter().sum()
    }
}

fn price_of(priced: &impl Priced) -> i64 {
    priced.price()
}

fn is_open(basket: &Basket) -> bool {
    basket.open
}

impl Deref for Basket {
    type Target = Prices;

    fn deref(&self) -> &Prices {
        &self.prices
    }
}

impl Index<usize> for Basket {
    type Output = i64;

    fn index(&self, at: usize) -> &i64 {
        &self.0[at]
    }
}

impl fmt::Display for Basket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} prices", self.0.len())
    }
}

impl<'a> IntoIterator for &'a Basket {
    type Item = &'a i64;
    type IntoIter = std::slice::Iter<'a, i64>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl PartialEq<i64> for Basket {
    fn eq(&self, other: &i64) -> bool {
        self.price() == *other
    }
}

macro_rules! limit {
    () => {
        Self::LIMIT
    };
}

macro_rules! fill {
    ($this:expr, $price:expr) => {
        $this.add($price)
    };
}

#[events]
impl Basket {
    const LIMIT: usize = 3;

    #[event(Taken)]
    fn take() -> Self {
        Self { root: Root::new(), prices: Prices::default(), open: true }
    }

    #[event(Added)]
    fn add(&mut self, price: i64) {
        self.prices.0.push(price);
        self.prices.1 += 1;
    }

    fn shown(&mut self, width: usize) -> [String; 5] {
        [format!("{self}"), format!("{:>width$}", self), self.to_string(), format!("{self:?}"), format!("{:?}", *self)]
    }

    fn equals(&mut self, other: &Self, owned: Self) -> [bool; 5] {
        [*self == owned, *self != *other, self == other, owned == *self, &*self == other]
    }

    fn sums(&mut self) -> (i64, i64, i64, i64) {
        let mut sum = 0;
        for price in &*self {
            sum += price;
        }
        (sum, price_of(&*self), self.price(), 2 * self.0.len() as i64)
    }

    fn taken_apart(&mut self) -> [bool; 6] {
        let Self { open, .. } = self;
        let first = *open;
        let second = match self {
            Self { open: true, .. } => true,
            Self { .. } => false,
        };
        let third = match *self {
            Basket { open: true, .. } => 1,
            _ => 0,
        };
        let fourth = if let Self { open: true, prices: Prices(_, count), .. } = self { *count == 1 } else { false };
        [first, second, third == 1, fourth, matches!(self, Self { open: true, .. }), is_open(self)]
    }

    /// What a field of a `Deref` target is called, `self` has under `&mut self` too.
    fn first(&mut self) -> (i64, i64, i64, usize) {
        let Prices(prices, _) = &**self;
        (self.0[0], self[0], self.1, prices.len())
    }

    /// An id is no aggregate.
    fn seen(&mut self, ids: &mut Vec<Id<Self>>, mut each: impl FnMut(&mut Vec<Id<Basket>>)) {
        ids.push(self.id());
        each(ids);
        self.reader(ids);
    }

    fn reader(&self, ids: &mut Vec<Id<Self>>) {
        ids.retain(|id| *id != self.id());
    }

    fn copy(&mut self) -> (Self, Self) {
        ((*self).clone(), self.clone())
    }

    fn fill(&mut self) -> bool {
        while self.0.len() < limit!() {
            fill!(self, 7);
        }
        let this = self;
        this.add(1);
        let again = &mut *this;
        again.add(2);
        again.1 == 5
    }

    fn fill_both(self: &mut Basket, other: &mut Basket) -> bool {
        let is_same = *self == *other;
        self.add(1);
        other.add(2);
        other.fill();
        self.pour(other);
        is_same && format!("{other}").ends_with("prices") && price_of(&**other) > 0
    }

    /// By its path, as well as by `self.add(..)`; what is not `self` is another basket.
    fn by_path(&mut self, other: &mut Self) -> (i64, i64) {
        Self::add(self, 1);
        Basket::add(self, Self::price(self));
        Self::pour(self, other);
        Self::add(other, 7);
        let mut own = Self::take();
        Self::add(&mut own, 1);
        Self::fill(&mut own);
        (self.price(), other.price() + own.price())
    }

    fn pour(&mut self, Basket { prices: Prices(prices, _), .. }: &Self) {
        for price in prices {
            self.add(*price);
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn many(&mut self, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, g: i64) {
        self.add(a + b + c + d + e + f + g);
    }

    /// Another `self` than that of the command.
    fn inner(&mut self) -> i64 {
        #[derive(Clone, Copy)]
        struct Inner(i64);
        impl Inner {
            fn get(&self) -> i64 {
                let Self(inner) = *self;
                inner
            }
        }
        Inner(self.1).get()
    }
}

macro_rules! events {
    ($item:item) => {
        #[events]
        $item
    };
}

#[derive(Aggregate)]
pub struct Counter {
    root: Root<Self>,
    count: u8,
}

events! {
    impl Counter {
        #[event(Started)]
        fn start() -> Self {
            Self { root: Root::new(), count: 0 }
        }

        #[event(Counted)]
        fn count(&mut self) {
            self.count += 1;
        }

        fn count_to(&mut self, end: u8) {
            while self.count < end {
                self.count();
            }
        }
    }
}

fn main() {
    let mut counter = Counter::start();
    counter.count_to(3);
    assert_eq!(counter.count, 3);

    let (mut basket, mut other) = (Basket::take(), Basket::take());
    assert_eq!(basket.by_path(&mut other), (2, 7 + 1 + 7 + 7 + 1 + 2));
    assert_eq!((basket.version(), other.version()), (3.into(), 2.into()));

    let mut basket = Basket::take();
    basket.add(5);
    assert_eq!(basket.shown(10)[..3], ["1 prices", "1 prices", "1 prices"]);
    assert!(basket.shown(10)[3].starts_with("Basket {"));
    let other = Basket::take();
    assert_eq!(basket.equals(&other, basket.clone()), [true, true, false, true, false]);
    assert_eq!(basket.sums(), (5, 5, 5, 2));
    assert_eq!(basket.taken_apart(), [true; 6]);
    assert_eq!(basket.first(), (5, 5, 1, 1));
    basket.seen(&mut Vec::new(), |ids| assert_eq!(ids.len(), 1));
    assert_eq!(basket.copy(), (basket.clone(), basket.clone()));
    assert!(basket.fill());
    basket.many(1, 1, 1, 1, 1, 1, 1);
    assert_eq!(basket.inner(), 6);
    let mut other = Basket::take();
    assert!(!basket.fill_both(&mut other));
    assert_eq!((basket.version().get(), other.version().get()), (13, 6));
}
