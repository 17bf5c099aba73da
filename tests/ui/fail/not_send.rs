//! What is shared between threads: rustc names the innermost type that cannot be, for `Send` and for `Sync`, whatever a library asks for.

use std::rc::Rc;

use eventsourcing::prelude::*;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Clone)]
struct Name(Rc<str>);

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(String::deserialize(deserializer)?.into()))
    }
}

#[derive(Aggregate)]
struct Named {
    root: Root<Self>,
}

#[events]
impl Named {
    #[event(Opened)]
    fn open(name: Name, limit: i64) -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Aggregate)]
struct Kept {
    root: Root<Self>,
    name: Rc<str>,
}

#[events]
impl Kept {
    #[event(Opened)]
    fn open(name: &str) -> Self {
        Self { root: Root::new(), name: name.into() }
    }
}

fn main() {}
