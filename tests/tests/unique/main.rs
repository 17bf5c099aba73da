//! Unique values: no two aggregates have one, whatever races, fails or is sent again; and the one that has it is found by it.

mod claiming_all;
mod exporting;
mod in_doubt;
mod model;
mod racing;
mod saving;
mod several;
mod unknown_events;
mod updating;

use std::ops::ControlFlow;
use std::sync::Arc;

use eventsourcing::prelude::*;
use eventsourcing::store::{EventStore, StoredEvent, StreamList, StreamRead};
use eventsourcing::{StreamId, Version, blocking};
use eventsourcing_tests::{Faulty, Sparse};
use pollster::block_on;

/// Who may be found by an e-mail address, or by the number of a phone.
#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(snapshot_every = 3)]
struct Customer {
    root: Root<Self>,
    #[aggregate(unique)]
    email: Option<String>,
    #[aggregate(unique)]
    phone: Option<u64>,
    name: String,
}

#[events]
impl Customer {
    #[event(Registered, revives)]
    fn register(email: Option<String>) -> Self {
        Self { root: Root::new(), email, phone: None, name: String::new() }
    }

    #[event(NamedFor, revives)]
    fn named(key: &str, email: Option<String>) -> Self {
        Self { root: Root::named(key), email, phone: None, name: String::new() }
    }

    #[event(Moved)]
    fn set_email(&mut self, email: Option<String>) {
        self.email = email;
    }

    #[event(Called)]
    fn set_phone(&mut self, phone: Option<u64>) {
        self.phone = phone;
    }

    #[event(Renamed)]
    fn rename(&mut self, name: &str) {
        name.clone_into(&mut self.name);
    }

    #[event(Left, discard)]
    fn leave(&mut self) {}

    fn with(email: &str) -> Self {
        Self::register(Some(email.to_owned()))
    }

    fn move_to(&mut self, email: &str) {
        self.set_email(Some(email.to_owned()));
    }
}

#[derive(Application, Debug)]
struct Shop {
    customers: Repository<Customer>,
}

/// Each of our stores, and one with gaps; each with answers to come.
fn stores() -> [Faulty; 3] {
    [Faulty::default(), Faulty::over(SqliteStore::in_memory().unwrap()), Faulty::over(Sparse::default())]
}

fn each(test: impl Fn(Faulty, &blocking::Repository<Customer>)) {
    for store in stores() {
        println!("{store:?}");
        test(store.clone(), &Repository::<Customer>::new(store).blocking());
    }
}

/// A customer that is saved.
fn saved(customers: &blocking::Repository<Customer>, email: &str) -> Customer {
    let mut customer = Customer::with(email);
    customers.save(&mut customer).unwrap();
    customer
}

/// Who is found by an address.
fn holder(customers: &blocking::Repository<Customer>, email: &str) -> Option<Id<Customer>> {
    customers.find_by(Customer::EMAIL, email).unwrap().map(|found| found.id())
}

#[track_caller]
fn assert_taken<T: std::fmt::Debug>(result: &Result<T, SaveError>, of: &str, holder: Id<Customer>) {
    let is_taken = matches!(result, Err(SaveError::Taken { field, by, .. }) if *field == of && Id::from(*by) == holder);
    assert!(is_taken, "{result:?} is not `{of}` taken by {holder}");
}

/// The events of all claims on a field, as `Claimed` and `Released`, each claim's in a line.
fn claims(store: &dyn EventStore, field: &str) -> Vec<String> {
    let list = block_on(store.list_streams(StreamList::new(format!("Customer.{field}")))).unwrap();
    let streams = list.ids.into_iter().map(|id| StreamId::new(format!("Customer.{field}"), id));
    let mut all: Vec<_> = streams.map(|stream| events(store, stream).join(" ")).collect();
    all.sort();
    all
}

fn events(store: &dyn EventStore, stream: StreamId) -> Vec<String> {
    let mut names = Vec::new();
    let mut version = Version::default();
    let mut visit = |stored: StoredEvent<'_>| {
        version += 1;
        assert_eq!(stored.version, version);
        names.push(stored.name.to_owned());
        ControlFlow::Continue(())
    };
    block_on(store.read_stream(StreamRead::new(stream), &mut visit)).unwrap();
    names
}

/// That what is found by each value is what the fold of all aggregates says, and that no value is held twice.
fn check_all(store: &Arc<dyn EventStore>) {
    let customers = Repository::<Customer>::new(Arc::clone(store)).blocking();
    let all: Vec<_> = customers.ids().stream().map(|id| customers.get(id.unwrap()).unwrap()).collect();
    for customer in &all {
        let same = |other: &&Customer| other.email.is_some() && other.email == customer.email;
        assert!(all.iter().filter(same).count() <= 1, "two hold {:?}", customer.email);
        let same = |other: &&Customer| other.phone.is_some() && other.phone == customer.phone;
        assert!(all.iter().filter(same).count() <= 1, "two hold {:?}", customer.phone);
        if let Some(email) = &customer.email {
            assert_eq!(holder(&customers, email), Some(customer.id()), "{email}");
        }
        if let Some(phone) = customer.phone {
            let found = customers.find_by(Customer::PHONE, phone).unwrap();
            assert_eq!(found.map(|found| found.id()), Some(customer.id()), "{phone}");
        }
    }
    // Each claim begins with `Claimed`, goes on in turns, and is held as often as there are values.
    let held = |field| {
        let claims = claims(&**store, field);
        for claim in &claims {
            let in_turns = claim.split(' ').enumerate().all(|(n, event)| event == ["Claimed", "Released"][n % 2]);
            assert!(in_turns, "{claim}");
        }
        claims.iter().filter(|claim| claim.ends_with("Claimed")).count()
    };
    assert_eq!(held("email"), all.iter().filter(|customer| customer.email.is_some()).count());
    assert_eq!(held("phone"), all.iter().filter(|customer| customer.phone.is_some()).count());
}
