//! The program with the features. It gets exports of one without: one that it can read, and one that it cannot; and writes one.

mod holder;

use std::error::Error as _;
use std::{env, fs};

use eventsourcing::prelude::*;
use serde_json::{Value, json};

use crate::holder::{Holder, Tagged, assert_same, sound};

fn main() {
    let [readable, unreadable, written] = [1, 2, 3].map(|n| env::args().nth(n).unwrap());

    let sound_here = sound(&serde_json::from_str::<Value>("1.00e+2").unwrap());
    let holders = Repository::<Holder>::new(MemoryStore::new()).blocking();
    let mut holder = Holder::hold(&sound_here);
    holders.save(&mut holder).unwrap();
    let is_same = |holder: &Holder| {
        assert_same(holder, &sound_here);
        assert_eq!(holder.sound.value.to_string(), sound_here.value.to_string());
    };
    is_same(&holders.get(holder.id()).unwrap());
    holders.take_snapshot(holder.id()).unwrap();
    is_same(&holders.get(holder.id()).unwrap());

    let mut export = Vec::new();
    holders.log().export(&mut export).unwrap();
    let others = Repository::<Holder>::new(MemoryStore::new()).blocking();
    others.import(&mut &*export).unwrap();
    is_same(&others.get(holder.id()).unwrap());

    holders.update(holder.id(), |holder| holder.tag(Tagged::None)).unwrap();
    holders.update(holder.id(), |holder| holder.tag(Tagged::Whole { number: -5 })).unwrap();
    holder = holders.get(holder.id()).unwrap();
    holder.tag(Tagged::Some { number: 1.5 });
    let error = holders.save(&mut holder).unwrap_err();
    let source = error.source().unwrap().to_string();
    assert!(source.contains("the feature `arbitrary_precision` of serde_json is on"), "{error}: {source}");
    assert_eq!(holders.get(holder.id()).unwrap().version(), 3);

    let elsewhere = Repository::<Holder>::new(MemoryStore::new()).blocking();
    elsewhere.import(&mut &*fs::read(readable).unwrap()).unwrap();
    let ids = elsewhere.ids().next_page().unwrap();
    assert_same(&elsewhere.get(ids[0]).unwrap(), &sound(&json!(0.5)));
    let error = elsewhere.import(&mut &*fs::read(unreadable).unwrap()).unwrap_err();
    let (mut said, mut source) = (error.to_string(), error.source());
    while let Some(cause) = source {
        said = format!("{said}: {cause}");
        source = cause.source();
    }
    assert!(said.contains("the feature `arbitrary_precision` of serde_json is on"), "{said}");

    let mut export = Vec::new();
    holders.log().export(&mut export).unwrap();
    fs::write(written, export).unwrap();
}
