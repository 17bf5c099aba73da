//! Types that no event can hold: one message each, whatever they lack.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
pub struct Account {
    root: Root<Self>,
}

#[derive(Clone)]
pub struct NotSerde;

#[derive(serde::Serialize, serde::Deserialize)]
pub struct NotClone;

pub struct Neither;

#[events]
impl Account {
    #[event(Opened)]
    pub fn open(proof: NotSerde) -> Self {
        Self { root: Root::new() }
    }

    #[event(Signed)]
    pub fn sign(&mut self, signature: NotClone) {}

    #[event(Closed)]
    pub fn close(&mut self, by: &Neither) {}
}

#[event]
pub enum DoorEvent {
    Installed { by: Neither },
}

fn main() {}
