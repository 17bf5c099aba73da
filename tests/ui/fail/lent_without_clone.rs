//! An argument that is lent is stored as a clone of itself.

use eventsourcing::prelude::*;

#[derive(serde::Serialize, serde::Deserialize)]
pub struct NoClone;

#[derive(Aggregate)]
pub struct Account {
    root: Root<Self>,
}

#[events]
impl Account {
    #[event(Opened)]
    pub fn open() -> Self {
        Self { root: Root::new() }
    }

    #[event(Signed)]
    pub fn sign(&mut self, signature: &NoClone) {}
}

fn main() {}
