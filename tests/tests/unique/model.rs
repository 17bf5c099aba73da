//! Random saves, updates, commits of several, ends and lost answers, over each store: at most one aggregate has a value, and what is found by it is
//! what the fold of all events says.

use std::collections::HashMap;

use eventsourcing::error::StoreErrorKind;
use eventsourcing_tests::Answer;
use proptest::prelude::*;

use super::*;

/// What a customer holds: an e-mail and a phone number.
type Held = (Option<u8>, Option<u8>);

const CUSTOMERS: usize = 4;
const VALUES: u8 = 4;

/// What to do to one customer; each of its values is none or one of a few.
#[derive(Clone, Debug)]
enum Change {
    Email(Option<u8>),
    Phone(Option<u8>),
    Rename,
    Leave,
}

#[derive(Clone, Debug)]
struct Step {
    changes: Vec<(usize, Vec<Change>)>,
    through: Through,
    doubt: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Through {
    Commit,
    Update,
    /// A save of what was loaded before the step before.
    Stale,
}

fn change() -> impl Strategy<Value = Change> {
    let value = || proptest::option::weighted(0.8, 0..VALUES);
    prop_oneof![
        5 => value().prop_map(Change::Email),
        3 => value().prop_map(Change::Phone),
        1 => Just(Change::Rename),
        1 => Just(Change::Leave),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let changes = proptest::collection::vec((0..CUSTOMERS, proptest::collection::vec(change(), 1..4)), 1..4);
    let through = prop_oneof![3 => Just(Through::Commit), 3 => Just(Through::Update), 1 => Just(Through::Stale)];
    let doubt = proptest::option::weighted(0.2, any::<bool>());
    (changes, through, doubt).prop_map(|(changes, through, doubt)| Step { changes, through, doubt })
}

/// The values that each customer has; none of one that is not there.
type Model = [Option<(Option<u8>, Option<u8>)>; CUSTOMERS];

struct Run {
    store: Faulty,
    shop: Shop,
    model: Model,
    stale: HashMap<usize, Customer>,
}

fn email(value: u8) -> String {
    format!("{value}@example.org")
}

fn key(customer: usize) -> String {
    format!("customer {customer}")
}

impl Change {
    fn apply(&self, customer: &mut Customer) {
        match self {
            Self::Email(value) => customer.set_email(value.map(email)),
            Self::Phone(value) => customer.set_phone(value.map(u64::from)),
            Self::Rename => customer.rename("x"),
            Self::Leave => customer.leave(),
        }
    }

    fn apply_to_model(&self, values: &mut Option<Held>) {
        let (email, phone) = values.get_or_insert_default();
        match self {
            Self::Email(value) => *email = *value,
            Self::Phone(value) => *phone = *value,
            Self::Rename => {}
            Self::Leave => *values = None,
        }
    }
}

fn is_unique(model: &Model) -> bool {
    let all = || model.iter().flatten();
    let twice = |of: fn(&Held) -> Option<u8>| {
        (0..VALUES).any(|value| all().filter(|values| of(values) == Some(value)).count() > 1)
    };
    !twice(|values| values.0) && !twice(|values| values.1)
}

impl Run {
    fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        // Of each customer once, and nothing after its end.
        let mut changes: Vec<(usize, Vec<Change>)> = Vec::new();
        for (customer, of_one) in &step.changes {
            if changes.iter().all(|(other, _)| other != customer) {
                let end = of_one.iter().position(|change| matches!(change, Change::Leave));
                changes.push((*customer, of_one[..end.map_or(of_one.len(), |end| end + 1)].to_vec()));
            }
        }
        if step.through != Through::Commit {
            changes.truncate(1);
            changes.retain(|(customer, _)| self.model[*customer].is_some());
        }
        let mut after = self.model;
        for (customer, of_one) in &changes {
            for change in of_one {
                change.apply_to_model(&mut after[*customer]);
            }
        }
        let stale = match step.through {
            Through::Stale => changes.first().and_then(|(customer, _)| self.stale.remove(customer)),
            _ => None,
        };
        let customers = self.shop.customers.blocking();
        let is_outdated = stale
            .as_ref()
            .is_some_and(|stale| stale.version() != customers.history(stale.id()).unwrap().last().unwrap().version);
        if let Some(is_stored) = step.doubt {
            let fails = Answer::Fails(StoreErrorKind::OutcomeUnknown);
            self.store.next(if is_stored { Answer::IsLost } else { fails });
        }
        let result = match (step.through, stale) {
            (Through::Update, _) => changes.first().map_or(Ok(()), |(customer, of_one)| {
                let update = |customer: &mut Customer| of_one.iter().for_each(|change| change.apply(customer));
                match customers.update(Id::named(&key(*customer)), update) {
                    Err(UpdateError::Save(error)) => Err(error),
                    other => {
                        other.unwrap();
                        Ok(())
                    }
                }
            }),
            (_, stale) => {
                let load = |customer: usize| {
                    let found = customers.find(Id::named(&key(customer))).unwrap();
                    found.unwrap_or_else(|| Customer::named(&key(customer), None))
                };
                let mut all: Vec<_> = match stale {
                    Some(stale) => vec![stale],
                    None => changes.iter().map(|(customer, _)| load(*customer)).collect(),
                };
                for ((_, of_one), customer) in changes.iter().zip(&mut all) {
                    for change in of_one {
                        change.apply(customer);
                    }
                }
                // As a caller does who gets no answer, and then finds a discarded one in the place of one that is new.
                let may_come = |sent: &Result<_, SaveError>| match sent {
                    Err(SaveError::Store(_)) => true,
                    Err(SaveError::Conflict(conflict)) => conflict.is_on_creating(),
                    _ => false,
                };
                let mut sent = self.shop.blocking().commit(&mut all);
                for _ in 0..CUSTOMERS {
                    if may_come(&sent) {
                        sent = self.shop.blocking().commit(&mut all);
                    }
                }
                sent.map(drop)
            }
        };
        self.store.forget_answers();
        match result {
            Ok(()) => {
                prop_assert!(!is_outdated && is_unique(&after), "{step:?} was stored: {after:?}");
                self.model = after;
            }
            Err(SaveError::Conflict(conflict)) => {
                prop_assert!(is_outdated && conflict.stream.aggregate() == "Customer", "{conflict}");
            }
            Err(SaveError::Taken { .. }) => prop_assert!(!is_outdated && !is_unique(&after), "{step:?} is taken"),
            Err(error) => return Err(TestCaseError::fail(format!("{error:?}"))),
        }
        for (customer, _) in &changes {
            if let Some(found) = customers.find(Id::named(&key(*customer))).unwrap() {
                self.stale.entry(*customer).or_insert(found);
            }
        }
        self.check()
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let customers = self.shop.customers.blocking();
        for value in 0..VALUES {
            let of = |which: fn(&Held) -> Option<u8>| {
                let has = |values: &Option<(Option<u8>, Option<u8>)>| values.as_ref().and_then(which) == Some(value);
                self.model.iter().position(has).map(|customer| Id::<Customer>::named(&key(customer)))
            };
            prop_assert_eq!(holder(&customers, &email(value)), of(|values| values.0));
            let found = customers.find_by(Customer::PHONE, u64::from(value)).unwrap();
            prop_assert_eq!(found.map(|found| found.id()), of(|values| values.1));
        }
        check_all(&(Arc::new(self.store.clone()) as _));
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn at_most_one_has_a_value_and_is_found_by_it(steps in proptest::collection::vec(step(), 1..20)) {
        for store in stores() {
            let shop = Shop::new(store.clone());
            let mut run = Run { store, shop, model: [None; CUSTOMERS], stale: HashMap::new() };
            for step in &steps {
                run.step(step)?;
            }
        }
    }
}
