//! Amounts of money, in whole cents.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An amount in cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Cents(i64);

impl Cents {
    /// Nothing.
    pub(crate) const ZERO: Self = Self(0);
    /// The most that is read as one amount: 90 million of these add up without overflow.
    const MOST: Self = Self(100_000_000_000);

    /// This many cents.
    pub(crate) const fn from_whole(cents: i64) -> Self {
        Self(cents)
    }

    /// How many cents it is.
    pub(crate) const fn whole(self) -> i64 {
        self.0
    }
}

/// Text that is not an amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an amount: write euros and cents, such as 35.00, up to {most}", most = Cents::MOST)]
pub(crate) struct NotAnAmount(String);

impl FromStr for Cents {
    type Err = NotAnAmount;

    /// Reads `35`, `35.5` and `35.00`: exactly, and never below zero.
    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (euros, cents) = text.split_once('.').unwrap_or((text, "0"));
        let amount = || -> Option<i64> {
            let tens = if cents.len() == 1 { 10 } else { 1 };
            let cents = cents.parse::<i64>().ok()? * tens;
            euros.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)
        };
        (digits(euros) && digits(cents) && cents.len() <= 2)
            .then(amount)
            .flatten()
            .map(Self)
            .filter(|amount| *amount <= Self::MOST)
            .ok_or_else(|| NotAnAmount(text.to_owned()))
    }
}

/// Plainly, with two decimals: `599499.60`.
impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", cents / 100, cents % 100))
    }
}

impl Add for Cents {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Cents {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Cents {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}
