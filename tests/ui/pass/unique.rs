//! Unique fields as they may be written, and what they are called.

use std::borrow::Cow;
use std::marker::PhantomData;

use eventsourcing::prelude::*;
use eventsourcing::unique::{UniqueField, UniqueValue};

/// The advice of `lock_unique`: a field that has another name now keeps its stored one.
mod renamed {
    use super::*;

    #[derive(Aggregate)]
    #[aggregate(name = "tenant", event = TenantEvent)]
    pub struct Tenant {
        root: Root<Self>,
        #[aggregate(unique = "email")]
        address: String,
        #[aggregate(unique)]
        phone: Option<String>,
    }

    #[event]
    pub enum TenantEvent {
        Registered { email: String },
    }

    impl eventsourcing::Apply for Tenant {
        type Event = TenantEvent;

        fn create(TenantEvent::Registered { email }: TenantEvent) -> Option<Self> {
            Some(Self { root: Root::new(), address: email, phone: None })
        }

        fn apply(&mut self, _: TenantEvent) {}
    }

    pub fn run() {
        let tenants = Repository::<Tenant>::new(MemoryStore::new()).blocking();
        let mut tenant = Tenant::begin(TenantEvent::Registered { email: "a".to_owned() }).unwrap();
        tenants.save(&mut tenant).unwrap();
        assert!(tenants.find_by(Tenant::ADDRESS, "a").unwrap().is_some());
        assert!(tenants.find_by(Tenant::PHONE, "a").unwrap().is_none());
    }
}

/// The advice of `unique_types`.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Email(String);

impl UniqueValue for Email {
    fn unique_text(&self) -> Cow<'_, str> {
        self.0.to_lowercase().into()
    }
}

type Maybe<T> = Option<T>;

/// Generic, in a module that shadows what the macro might name; a field that is called as a constant of the trait, and a raw one.
mod hostile {
    #![allow(non_camel_case_types, dead_code)]

    use super::{Cow, Email, Maybe, PhantomData, UniqueField};
    use eventsourcing::{Aggregate, Root, events};

    struct Option;
    struct Unique;
    struct UniqueType;

    pub trait Land: Send + Sync + 'static {
        const PEOPLE: &'static str;
    }

    pub struct De;

    impl Land for De {
        const PEOPLE: &'static str = "people-de";
    }

    #[derive(Aggregate)]
    #[aggregate(name = L::PEOPLE)]
    pub struct Person<L: Land> {
        root: Root<Self>,
        #[aggregate(unique)]
        email: Email,
        #[aggregate(unique)]
        name: ::std::string::String,
        #[aggregate(unique)]
        r#type: Maybe<Cow<'static, str>>,
        land: PhantomData<fn() -> L>,
    }

    #[events(enum = PersonEvent)]
    impl<L: Land> Person<L> {
        #[event(Born)]
        pub fn born(email: Email, name: &str) -> Self {
            Self { root: Root::new(), email, name: name.to_owned(), r#type: None, land: PhantomData }
        }
    }

    pub fn constants() -> (UniqueField<Person<De>, Email>, UniqueField<Person<De>, ::std::string::String>) {
        let _: UniqueField<Person<De>, Maybe<Cow<'static, str>>> = Person::<De>::TYPE;
        (Person::<De>::EMAIL, Person::<De>::NAME)
    }
}

fn main() {
    renamed::run();
    let people = Repository::<hostile::Person<hostile::De>>::new(MemoryStore::new()).blocking();
    let mut anna = hostile::Person::born(Email("Anna@example.org".to_owned()), "Anna");
    people.save(&mut anna).unwrap();
    let (email, name) = hostile::constants();
    assert!(people.find_by(email, Email("anna@example.org".to_owned())).unwrap().is_some());
    assert!(people.find_by(name, "Anna").unwrap().is_some());
    let taken = people.save(&mut hostile::Person::born(Email("ANNA@example.org".to_owned()), "other"));
    assert!(matches!(taken, Err(SaveError::Taken { field: "email", .. })), "{taken:?}");
}
