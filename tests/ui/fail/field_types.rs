use eventsourcing::prelude::*;

#[derive(Aggregate)]
pub struct Account {
    root: Root<Self>,
}

#[derive(Clone)]
pub struct NotSerde;

#[derive(serde::Serialize, serde::Deserialize)]
pub struct NotClone;

#[events]
impl Account {
    #[event(Opened)]
    pub fn open(proof: NotSerde) -> Self {
        Self { root: Root::new() }
    }

    #[event(Signed)]
    pub fn sign(&mut self, signature: NotClone) {}
}

fn main() {}
