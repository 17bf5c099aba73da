//! Values that would not come back as they were stored.

use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;

use eventsourcing::prelude::*;
use eventsourcing::Schema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, Schema)]
struct Profile {
    #[serde(skip_serializing_if = "String::is_empty")]
    nickname: String,
    #[serde(skip)]
    cached: u64,
    #[serde(default, skip_serializing)]
    written_never: u64,
    #[serde(default, skip_deserializing)]
    read_never: u64,
    change: Option<Option<String>>,
    nested: Vec<Option<()>>,
    by_place: BTreeMap<(i32, i32), String>,
    // Sound.
    #[serde(skip)]
    of: PhantomData<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e_mail: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    by_year: BTreeMap<u16, i64>,
}

#[derive(Clone, Serialize, Deserialize, Schema)]
struct Places {
    change: Option<Option<String>>,
    nested: Vec<Option<()>>,
    by_place: BTreeMap<(i32, i32), String>,
    by_list: HashMap<Option<u8>, u8>,
}

#[derive(Clone, Serialize, Deserialize, Schema)]
#[serde(default)]
struct Defaulted {
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
}

impl Default for Defaulted {
    fn default() -> Self {
        Self { name: String::new() }
    }
}

#[event]
enum DoorEvent {
    Hung {
        #[serde(skip_serializing_if = "String::is_empty")]
        name: String,
        #[serde(skip)]
        cached: u64,
    },
}

#[derive(Aggregate)]
#[aggregate(snapshot)]
struct Customer {
    root: Root<Self>,
    note: Option<Option<String>>,
    by_place: HashMap<Vec<u8>, String>,
}

#[events]
impl Customer {
    #[event(Registered)]
    fn register(#[serde(skip_serializing_if = "String::is_empty")] name: String, #[serde(skip)] cached: u64) -> Self {
        let _ = (name, cached);
        Self { root: Root::new(), note: None, by_place: HashMap::new() }
    }
}

#[derive(Aggregate)]
struct Editor {
    root: Root<Self>,
}

#[events]
impl Editor {
    #[event(Begun)]
    fn begin(title: Option<String>) -> Self {
        let _ = title;
        Self { root: Root::new() }
    }

    #[event(Edited)]
    fn edit(&mut self, note: Option<Option<String>>, lines: Vec<Option<Option<u8>>>) {
        let _ = (note, lines);
    }

    #[event(Moved)]
    fn shift(&mut self, by_place: &BTreeMap<(i32, i32), u8>) {
        let _ = by_place;
    }
}

fn main() {}
