//! Keys of maps that serde writes as texts, in events, in snapshots and in what is stored within them: saved and loaded.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::num::NonZero;

use eventsourcing::prelude::*;
use eventsourcing::Schema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Schema)]
pub struct Sku(String);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Schema)]
pub struct Wrapped(Sku);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Schema)]
#[serde(transparent)]
pub struct Named {
    number: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Schema)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    Red,
    #[serde(rename = "blau")]
    Blue,
}

/// Stored as a text by code of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Place {
    x: char,
    y: char,
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        Self::from_iter([place.x, place.y])
    }
}

impl From<String> for Place {
    fn from(text: String) -> Self {
        let mut chars = text.chars();
        Self { x: chars.next().unwrap(), y: chars.next().unwrap() }
    }
}

impl Schema for Place {
    const TYPE: eventsourcing::schema::Type = eventsourcing::schema::Type::Plain("Place");
}

/// Without a shape: found when it is saved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Unseen(u8);

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Schema)]
pub struct Keys {
    skus: BTreeMap<Sku, u8>,
    wrapped: HashMap<Wrapped, u8>,
    named: Vec<BTreeMap<Named, u8>>,
    colours: BTreeMap<Colour, BTreeMap<Colour, u8>>,
    places: BTreeMap<Place, u8>,
    texts: BTreeMap<String, u8>,
    boxed: BTreeMap<Box<str>, u8>,
    lent: BTreeMap<Cow<'static, str>, u8>,
    chars: BTreeMap<char, u8>,
    bools: BTreeMap<bool, u8>,
    bytes: BTreeMap<u8, u8>,
    integers: BTreeMap<i64, u8>,
    large: BTreeMap<i128, u8>,
    not_zero: BTreeMap<NonZero<u16>, u8>,
    uuids: BTreeMap<uuid::Uuid, u8>,
    addresses: BTreeMap<std::net::IpAddr, u8>,
}

#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(snapshot_every = 1)]
pub struct Shop {
    root: Root<Self>,
    keys: Keys,
    shops: BTreeMap<Id<Shop>, u8>,
    colours: HashMap<Colour, u8>,
}

#[events]
impl Shop {
    #[event(Opened)]
    pub fn open(keys: &Keys, shops: BTreeMap<Id<Shop>, u8>, colours: HashMap<Colour, u8>, unseen: BTreeMap<Unseen, u8>) -> Self {
        assert_eq!(unseen[&Unseen(7)], 1);
        Self { root: Root::new(), keys: keys.clone(), shops, colours }
    }
}

fn main() {
    let keys = Keys {
        skus: [(Sku("a".into()), 1)].into(),
        wrapped: [(Wrapped(Sku("a".into())), 1)].into(),
        named: vec![[(Named { number: 7 }, 1)].into()],
        colours: [(Colour::Blue, [(Colour::Red, 1)].into())].into(),
        places: [(Place { x: 'a', y: '1' }, 1)].into(),
        texts: [("a".into(), 1)].into(),
        boxed: [("a".into(), 1)].into(),
        lent: [("a".into(), 1)].into(),
        chars: [('a', 1)].into(),
        bools: [(true, 1)].into(),
        bytes: [(7, 1)].into(),
        integers: [(-7, 1)].into(),
        large: [(i128::MIN, 1)].into(),
        not_zero: [(NonZero::new(7).unwrap(), 1)].into(),
        uuids: [(uuid::Uuid::from_u128(7), 1)].into(),
        addresses: [([127, 0, 0, 1].into(), 1)].into(),
    };
    let store = MemoryStore::new();
    let shops = Repository::<Shop>::new(store).blocking();
    let mut shop = Shop::open(&keys, [(Id::new(), 1)].into(), [(Colour::Red, 2)].into(), [(Unseen(7), 1)].into());
    shops.save(&mut shop).unwrap();
    let loaded = shops.get(shop.id()).unwrap();
    assert_eq!((&loaded.keys, &loaded.shops, &loaded.colours), (&keys, &shop.shops, &shop.colours));
}
