//! What the types do not show: events that JSON would change or break are refused before they are stored, with the field and the reason.

use std::collections::BTreeMap;
use std::error::Error as _;

use eventsourcing::SaveError;
use eventsourcing::error::EncodeError;
use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Prices {
    #[serde(flatten)]
    by_year: BTreeMap<u32, i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Amount {
    Wei { units: u128 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Wei {
    units: u128,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Size {
    Small(u8),
    Large(i64),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
struct Percent(u8);

impl TryFrom<u8> for Percent {
    type Error = String;

    fn try_from(percent: u8) -> Result<Self, String> {
        if percent <= 100 { Ok(Self(percent)) } else { Err(format!("{percent} % is more than all")) }
    }
}

impl From<Percent> for u8 {
    fn from(Percent(percent): Percent) -> Self {
        percent
    }
}

#[derive(Aggregate, Debug)]
#[aggregate(name = "shop")]
struct Shop {
    root: Root<Self>,
}

#[events]
impl Shop {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new() }
    }

    #[event(Priced)]
    fn price(&mut self, since: u64, prices: Prices) {
        let _ = (since, prices);
    }

    #[event(PricedInline)]
    fn price_inline(&mut self, #[serde(flatten)] prices: BTreeMap<u32, i64>) {
        let _ = prices;
    }

    #[event(PaidInline)]
    fn pay_inline(&mut self, #[serde(flatten)] amount: Wei) {
        let _ = amount;
    }

    #[event(Paid)]
    fn pay(&mut self, by: String, amount: Amount) {
        let _ = (by, amount);
    }

    #[event(Edited)]
    fn edit(&mut self, name: Option<String>, note: Option<Hidden>, value: Option<serde_json::Value>) {
        let _ = (name, note, value);
    }

    #[event(Sized)]
    fn size(&mut self, size: Size) {
        let _ = size;
    }

    #[event(Reduced)]
    fn reduce(&mut self, by: Percent) {
        let _ = by;
    }

    #[event(Tagged)]
    fn tag(&mut self, id: u64, #[serde(flatten)] more: BTreeMap<String, u64>) {
        let _ = (id, more);
    }

    #[event(Described)]
    fn describe(&mut self, raw: Raw) {
        let _ = raw;
    }

    #[event(Placed)]
    fn place(&mut self, at: Places) {
        let _ = at;
    }
}

/// JSON as it was written elsewhere.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Raw(Box<RawValue>);

impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

/// "Clear it" and "leave it", where the type does not show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Hidden(Option<String>);

/// Keys that are no texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Places(BTreeMap<(i32, i32), String>);

/// Why an event is refused; nothing is stored, and it is still pending.
#[track_caller]
fn refused(event: ShopEvent) -> EncodeError {
    let shops = Repository::<Shop>::new(MemoryStore::new()).blocking();
    let mut shop = Shop::open();
    shops.save(&mut shop).unwrap();
    Root::record(&mut shop, |shop| &mut shop.root, event);
    let Err(SaveError::Encode(error)) = shops.save(&mut shop) else { panic!("it was saved") };
    assert_eq!((shop.pending_events().len(), shops.get(shop.id()).unwrap().version()), (1, 1.into()));
    error
}

#[track_caller]
fn not_readable(event: ShopEvent, message: &str, reason: &str) {
    let error = refused(event);
    assert!(matches!(error, EncodeError::NotReadable { aggregate: "shop", .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("event {message}"));
    let source = error.source().unwrap().to_string();
    assert!(source.starts_with(reason), "{source}");
}

#[track_caller]
fn changed(event: ShopEvent, place: &str) {
    let error = refused(event);
    assert!(matches!(error, EncodeError::Changed { aggregate: "shop", .. }), "{error:?}");
    assert!(error.to_string().contains(place), "{error}");
}

#[track_caller]
fn saved(event: &ShopEvent) {
    let shops = Repository::<Shop>::new(MemoryStore::new()).blocking();
    let mut shop = Shop::open();
    Root::record(&mut shop, |shop| &mut shop.root, event.clone());
    shops.save(&mut shop).unwrap();
    assert_eq!(&shops.history(shop.id()).unwrap().pop().unwrap().event, event);
}

#[test]
fn integer_keys_of_a_flattened_map() {
    let prices = BTreeMap::from([(2026, 5)]);
    not_readable(
        ShopEvent::Priced { since: 1, prices: Prices { by_year: prices.clone() } },
        "`Priced` of `shop` cannot be read back from the JSON that it is written as, in field `prices`",
        "invalid type: string \"2026\", expected u32",
    );
    not_readable(
        ShopEvent::PricedInline { prices },
        "`PricedInline` of `shop` cannot be read back from the JSON that it is written as",
        "invalid type: string \"2026\", expected u32",
    );
    saved(&ShopEvent::PricedInline { prices: BTreeMap::new() });
}

#[test]
fn a_wide_number_under_a_tag_or_flattened() {
    not_readable(
        ShopEvent::Paid { by: "alice".into(), amount: Amount::Wei { units: 1 } },
        "`Paid` of `shop` cannot be read back from the JSON that it is written as, in field `amount`",
        "u128 is not supported",
    );
    not_readable(
        ShopEvent::PaidInline { amount: Wei { units: 1 } },
        "`PaidInline` of `shop` cannot be read back from the JSON that it is written as",
        "u128 is not supported",
    );
}

#[test]
fn a_value_that_reads_as_none() {
    let edited = |note, value| ShopEvent::Edited { name: Some("shop".into()), note, value };
    changed(edited(Some(Hidden(None)), None), "in field `note`");
    changed(edited(None, Some(serde_json::Value::Null)), "in field `value`");
    saved(&edited(Some(Hidden(Some("new".into()))), Some(1.into())));
    saved(&edited(None, None));
}

#[test]
fn the_variant_of_an_untagged_enum() {
    saved(&ShopEvent::Sized { size: Size::Large(500) });
    saved(&ShopEvent::Sized { size: Size::Small(5) });
    changed(ShopEvent::Sized { size: Size::Large(5) }, "in field `size`");
}

#[test]
fn a_value_that_its_own_check_refuses() {
    saved(&ShopEvent::Reduced { by: Percent(100) });
    not_readable(
        ShopEvent::Reduced { by: Percent(200) },
        "`Reduced` of `shop` cannot be read back from the JSON that it is written as, in field `by`",
        "200 % is more than all",
    );
}

#[test]
fn a_flattened_key_that_is_a_field_already() {
    saved(&ShopEvent::Tagged { id: 1, more: [("other".to_owned(), 2)].into() });
    not_readable(
        ShopEvent::Tagged { id: 1, more: [("id".to_owned(), 2)].into() },
        "`Tagged` of `shop` cannot be read back from the JSON that it is written as",
        "duplicate field `id`",
    );
}

#[test]
fn keys_that_are_no_texts() {
    let error = refused(ShopEvent::Placed { at: Places([((1, 2), "here".to_owned())].into()) });
    assert!(matches!(error, EncodeError::Json { aggregate: "shop", event: "Placed", .. }), "{error:?}");
    assert_eq!(error.source().unwrap().to_string(), "key must be a string");
}

#[test]
fn raw_json_that_would_not_stand_on_a_line_of_an_export() {
    let described = |json: &str| ShopEvent::Described { raw: Raw(RawValue::from_string(json.to_owned()).unwrap()) };
    saved(&described("{ \"a\" :\t1.50, \"b\": \"\\n\" }"));
    let error = refused(described("{\n}"));
    assert!(matches!(error, EncodeError::Json { event: "Described", .. }), "{error:?}");
    let source = error.source().unwrap().to_string();
    assert!(source.starts_with("a `RawValue` has a line break"), "{source}");
}
