//! A mistake in a released type is reported there, and not in all that holds it.

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, Schema)]
pub struct Address {
    street: String,
    zip: Option<String>,
    // `city` is gone.
    country: Country,
}

#[derive(Clone, Serialize, Deserialize, Schema)]
pub enum Country {
    // `De` is gone.
    Other(String),
    Region { name: String, code: u8 },
}

#[derive(Aggregate)]
#[aggregate(name = "depot")]
pub struct Depot {
    root: Root<Self>,
}

#[events]
impl Depot {
    #[event(Built)]
    pub fn build(at: Address) -> Self {
        Self { root: Root::new() }
    }

    #[event(Joined)]
    pub fn join(&mut self, others: &[Address], country: Country) {}
}

fn main() {}
