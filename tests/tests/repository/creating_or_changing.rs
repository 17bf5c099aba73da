//! An event that creates the aggregate, or changes the one that there is: two methods record it.

use eventsourcing::StreamId;
use eventsourcing::prelude::*;
use eventsourcing::store::{Commit, EventStore as _};
use eventsourcing::testing::Scenario;

use super::*;

/// A cart is opened by its first item. The two mutators do something else with it, so that it is seen which of them ran.
#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(snapshot_every = 2)]
struct Cart {
    root: Root<Self>,
    owner: String,
    items: Vec<String>,
    opened_by: String,
}

#[events]
impl Cart {
    /// The first item opens the cart.
    #[event(ItemAdded, version = 2, alias = "Added", revives)]
    fn begin(owner: &str, mut item: String) -> Self {
        item.push('!');
        Self { root: Root::named(owner), owner: owner.to_owned(), items: Vec::new(), opened_by: item }
    }

    #[event(ItemAdded)]
    fn put(&mut self, owner: &str, item: String) {
        assert_eq!(self.owner, owner);
        self.items.push(item);
    }

    fn add(&mut self, item: &str) -> Result<(), String> {
        if self.items.len() == 3 {
            return Err(format!("{item} is too much"));
        }
        let owner = self.owner.clone();
        self.put(&owner, item.to_owned());
        Ok(())
    }

    #[upcast(ItemAdded, from = 1)]
    fn item_added_v1(item: String) -> CartEvent {
        CartEvent::ItemAdded { owner: "alice".to_owned(), item }
    }

    #[event(Emptied, discard)]
    fn empty(&mut self) {}
}

fn added(item: &str) -> CartEvent {
    CartEvent::ItemAdded { owner: "alice".to_owned(), item: item.to_owned() }
}

#[test]
fn the_first_creates_and_the_others_change() {
    for store in stores() {
        let carts = Repository::<Cart>::new(store).check_replay();
        let mut cart = Cart::begin("alice", "apple".to_owned());
        cart.add("pear").unwrap();
        cart.put("alice", "plum".to_owned());
        assert_eq!((&*cart.opened_by, &*cart.items), ("apple!", &["pear".to_owned(), "plum".to_owned()][..]));
        assert_eq!(cart.pending_events(), [added("apple"), added("pear"), added("plum")]);
        block_on(carts.save(&mut cart)).unwrap();
        let loaded = block_on(carts.get(cart.id())).unwrap();
        assert_eq!(loaded, cart);
        assert_eq!(loaded.items.len(), 2);
        block_on(carts.update(cart.id(), |cart| cart.add("fig"))).unwrap();
        let refused = block_on(carts.update(cart.id(), |cart| cart.add("date")));
        assert!(matches!(refused, Err(UpdateError::Rejected(text)) if text == "date is too much"));
        assert_eq!(block_on(carts.get_at(cart.id(), 1)).unwrap().items.len(), 0);
    }
}

#[test]
fn after_a_discard_it_creates_again() {
    for store in stores() {
        let carts = Repository::<Cart>::new(store).check_replay();
        let id = Id::named("alice");
        for _ in 0..2 {
            let mut cart = Cart::begin("alice", "apple".to_owned());
            cart.put("alice", "pear".to_owned());
            block_on(carts.save(&mut cart)).unwrap();
            block_on(carts.update(id, Cart::empty)).unwrap();
        }
        let cart = block_on(carts.get_or_create(id, || Cart::begin("alice", "fig".to_owned()))).unwrap();
        assert_eq!((&*cart.opened_by, cart.items.len(), cart.version()), ("fig!", 0, 7.into()));
        let cart = block_on(carts.get_or_create(id, || Cart::begin("alice", "date".to_owned()))).unwrap();
        assert_eq!((&*cart.opened_by, cart.version()), ("fig!", 7.into()), "the one that there is");

        // What is recorded on one that is gone is not saved, whatever it could create.
        let mut gone = cart;
        gone.empty();
        gone.put("alice", "late".to_owned());
        assert!(matches!(block_on(carts.save(&mut gone)), Err(SaveError::Discarded { .. })));
    }
}

#[test]
fn an_older_version_of_it_creates_and_changes_too() {
    let (store, id) = (MemoryStore::new(), Id::<Cart>::named("alice"));
    let mut commit = Commit::new();
    let mut append = commit.append(StreamId::new("Cart", id.as_uuid()), 0).unwrap();
    for name in ["Added", "ItemAdded"] {
        append = append.event(name, 1, br#"{"item":"kiwi"}"#).unwrap();
    }
    block_on(store.commit(commit)).unwrap();
    let cart = block_on(Repository::<Cart>::new(store).get(id)).unwrap();
    assert_eq!((&*cart.opened_by, &*cart.items), ("kiwi!", &["kiwi".to_owned()][..]));
}

#[test]
fn a_scenario_begins_with_it_or_without_it() {
    Scenario::<Cart>::given_nothing().when(|| Cart::begin("alice", "apple".to_owned())).then([added("apple")]);
    Scenario::<Cart>::given([added("apple")])
        .when(|cart| cart.add("pear"))
        .then([added("pear")])
        .then_state(|cart| assert_eq!(cart.items.len(), 1));
    Scenario::<Cart>::given([added("apple"), added("pear")])
        .when(|cart| cart.put("alice", "fig".to_owned()))
        .then([added("fig")]);
}

#[test]
fn it_is_one_event() {
    let kinds: Vec<_> = CartEvent::KINDS.iter().map(|kind| (kind.name(), kind.schema_version())).collect();
    assert_eq!(kinds, [("ItemAdded", 2), ("Emptied", 1)]);
}
