//! Stored names that follow a rule, and what the enum of events derives beside what it has.

use std::collections::BTreeSet;

use eventsourcing::EventKind;
use eventsourcing::prelude::*;
use eventsourcing::upcaster::Upcaster;

use crate::stored;

#[derive(Aggregate)]
struct Cart {
    root: Root<Self>,
    items: Vec<u32>,
}

#[events(rename_all = "snake_case", derive(PartialOrd, Ord, Hash), retired(GiftWrapped, BulkAdded, "Old Name"))]
impl Cart {
    #[event(CartOpened)]
    fn open() -> Self {
        Self { root: Root::new(), items: Vec::new() }
    }

    #[event(ItemAdded, alias = "ItemAdded", version = 2)]
    fn add(&mut self, item_number: u32) {
        self.items.push(item_number);
    }

    #[upcast(ItemAdded, from = 1)]
    fn item_added_v1(item: u32) -> CartEvent {
        CartEvent::ItemAdded { item_number: item }
    }

    #[event(ItemRemoved, name = "Removed")]
    fn remove(&mut self) {
        self.items.pop();
    }

    /// By what was its variant.
    #[upcast(BulkAdded, from = 1)]
    fn bulk_added_v1(items: Vec<u32>) -> Vec<CartEvent> {
        items.into_iter().map(|item_number| CartEvent::ItemAdded { item_number }).collect()
    }

    #[upcast("Old Name", from = 1)]
    fn old_name_v1() -> CartEvent {
        CartEvent::ItemAdded { item_number: 99 }
    }
}

#[test]
fn a_rule_names_the_events_that_have_no_name_of_their_own() {
    let names: Vec<_> = CartEvent::KINDS.iter().map(EventKind::name).collect();
    assert_eq!(names, ["cart_opened", "item_added", "Removed"]);
    assert_eq!(CartEvent::RETIRED, ["gift_wrapped", "bulk_added", "Old Name"]);
    assert_eq!(CartEvent::KINDS[1].old_names(), ["ItemAdded"]);
    let shown = serde_json::to_string(&CartEvent::ItemAdded { item_number: 1 }).unwrap();
    assert_eq!(shown, r#"{"item_added":{"item_number":1}}"#, "fields have the names of the arguments");

    let (store, id) = stored::<Cart>(&[
        ("cart_opened", 1, "{}"),
        ("item_added", 2, r#"{"item_number":1}"#),
        ("ItemAdded", 1, r#"{"item":2}"#),
        ("bulk_added", 1, r#"{"items":[3,4]}"#),
        ("gift_wrapped", 1, "{}"),
        ("Old Name", 1, "{}"),
        ("Removed", 1, "{}"),
    ]);
    let carts = Repository::<Cart>::new(store).blocking();
    let mut cart = carts.get(id).unwrap();
    assert_eq!(cart.items, [1, 2, 3, 4]);
    cart.add(5);
    carts.save(&mut cart).unwrap();
    assert_eq!(carts.get(id).unwrap().items, [1, 2, 3, 4, 5]);
}

#[test]
fn what_is_derived_is_there() {
    let events =
        [CartEvent::ItemRemoved, CartEvent::ItemAdded { item_number: 2 }, CartEvent::ItemAdded { item_number: 1 }];
    let sorted: BTreeSet<_> = events.into_iter().collect();
    let sorted: Vec<_> = sorted.into_iter().collect();
    assert_eq!(
        sorted,
        [CartEvent::ItemAdded { item_number: 1 }, CartEvent::ItemAdded { item_number: 2 }, CartEvent::ItemRemoved]
    );
    assert!(CartEvent::CartOpened < CartEvent::ItemRemoved);
}

#[event(rename_all = "kebab-case", retired(PaintedOver))]
#[derive(Debug, PartialEq)]
enum DoorEvent {
    #[event(version = 2)]
    DoorHung { width: u32 },
    #[event(name = "Shut")]
    DoorShut,
}

#[upcast]
impl DoorEvent {
    #[upcast(DoorHung, from = 1)]
    fn door_hung_v1() -> Self {
        Self::DoorHung { width: 90 }
    }

    #[upcast(PaintedOver, from = 1)]
    fn painted_over_v1() -> Self {
        Self::DoorShut
    }
}

#[test]
fn an_enum_of_ones_own_follows_the_same_rule() {
    let names: Vec<_> = DoorEvent::KINDS.iter().map(EventKind::name).collect();
    assert_eq!((&*names, DoorEvent::RETIRED), (&["door-hung", "Shut"][..], &["painted-over"][..]));
    let read: Vec<_> = DoorEvent::UPCASTERS.iter().map(Upcaster::name).collect();
    assert_eq!(read, ["door-hung", "painted-over"]);
    assert_eq!(serde_json::to_string(&DoorEvent::DoorShut).unwrap(), "\"Shut\"");
}
