//! Claims are no events of the user's; an export has them, and an import brings them in.

use eventsourcing::error::{ImportError, ImportLineError};

use super::*;

fn exported(store: &Faulty) -> Vec<u8> {
    let mut lines = Vec::new();
    Shop::new(store.clone()).blocking().log().export(&mut lines).unwrap();
    let mut of_repository = Vec::new();
    Repository::<Customer>::new(store.clone()).blocking().log().export(&mut of_repository).unwrap();
    assert_eq!(lines, of_repository);
    lines
}

/// A store with values that were held, released and passed on.
fn fill(customers: &blocking::Repository<Customer>) -> [Id<Customer>; 2] {
    let (mut alice, mut bob) = (saved(customers, "a"), saved(customers, "b"));
    alice.set_phone(Some(1));
    alice.move_to("c");
    customers.save(&mut alice).unwrap();
    bob.move_to("a");
    customers.save(&mut bob).unwrap();
    [alice.id(), bob.id()]
}

#[test]
fn no_reader_of_aggregates_sees_a_claim() {
    each(|store, customers| {
        let [alice, bob] = fill(customers);
        let log: Vec<_> = customers.log().stream().map(|event| event.unwrap().stream).collect();
        assert!(log.len() == 5 && log.iter().all(|stream| stream.aggregate() == "Customer"), "{log:?}");
        assert_eq!(Shop::new(store.clone()).blocking().log().stream().count(), 5);
        assert_eq!(customers.ids().stream().map(Result::unwrap).collect::<Vec<_>>(), [alice, bob]);
        assert_eq!(customers.history(alice).unwrap().len(), 3);
        let mut some = Vec::new();
        customers.log().events(["Moved"]).export(&mut some).unwrap();
        assert_eq!(some.split(|byte| *byte == b'\n').count() - 1, 2, "certain events are those of aggregates");
    });
}

#[test]
fn an_export_brings_the_claims_along() {
    each(|store, customers| {
        let [alice, bob] = fill(customers);
        let lines = exported(&store);
        assert_eq!(lines.split(|byte| *byte == b'\n').count() - 1, 5 + 7);
        for other in stores() {
            let shop = Shop::new(other.clone());
            assert_eq!(shop.blocking().import(&mut &*lines).unwrap().stored, 12);
            assert_eq!(shop.blocking().import(&mut &*lines).unwrap().found, 12, "again, nothing is stored");
            let there = shop.customers.blocking();
            assert_eq!((holder(&there, "a"), holder(&there, "b"), holder(&there, "c")), (Some(bob), None, Some(alice)));
            assert_taken(&there.save(&mut Customer::with("c")), "email", alice);
            there.update(alice, |alice| alice.move_to("b")).unwrap();
            check_all(&(Arc::new(other.clone()) as _));
        }
    });
}

#[test]
fn verify_reads_the_claims() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    fill(&Repository::<Customer>::new(SqliteStore::open(&path).unwrap()).blocking());
    let report = SqliteStore::verify(&path, |_| ControlFlow::Continue(())).unwrap();
    assert_eq!((report.sound, report.findings.len()), (12, 0), "{report:?}");
}

/// A value that was held here by others cannot be imported with its claims; without them it can, and what is there twice is listed.
#[test]
fn claims_of_another_history_are_refused_and_the_advice_works() {
    each(|store, customers| {
        let [alice, bob] = fill(customers);
        let lines = String::from_utf8(exported(&store)).unwrap();
        let there = Repository::<Customer>::new(MemoryStore::new()).blocking();
        let carol = saved(&there, "a");
        let refused = there.import(&mut lines.as_bytes()).unwrap_err();
        let ImportError::Line { source: source @ ImportLineError::OtherClaim { .. }, .. } = &refused else {
            panic!("{refused:?}")
        };
        let advice = source.to_string();
        assert!(advice.contains("`Customer.email`") && advice.contains("`claim_all`"), "{advice}");

        let without: String = lines.split_inclusive('\n').filter(|line| !line.contains("Customer.email")).collect();
        there.import(&mut without.as_bytes()).unwrap();
        let report = there.claim_all().unwrap();
        let [duplicate] = &*report.duplicates else { panic!("{report:?}") };
        assert_eq!((duplicate.field, &*duplicate.value), ("email", "a"));
        assert_eq!((duplicate.holder, duplicate.other), (carol.id(), bob));
        assert_eq!((holder(&there, "a"), holder(&there, "c")), (Some(carol.id()), Some(alice)));
    });
}

#[test]
fn a_line_that_is_no_claim_is_refused() {
    let line = |event: &str, payload: &str| {
        format!(
            "{{\"position\":1,\"aggregate\":\"Customer.email\",\"id\":\"{}\",\"version\":1,\"event\":\"{event}\",\"schema_version\":1,\
             \"recorded_at\":0,\"payload\":{payload}}}\n",
            Id::<Customer>::new()
        )
    };
    let customers = Repository::<Customer>::new(MemoryStore::new()).blocking();
    for (event, payload) in [("Lent", "{}"), ("Claimed", "{}"), ("Claimed", r#"{"by":"nobody"}"#)] {
        let refused = customers.import(&mut line(event, payload).as_bytes());
        assert!(matches!(refused, Err(ImportError::Line { .. })), "{refused:?}");
    }
    let by = format!("{{\"by\":\"{}\"}}", Id::<Customer>::new());
    assert_eq!(customers.import(&mut line("Claimed", &by).as_bytes()).unwrap().stored, 1);
    assert_eq!(holder(&customers, "a"), None, "of whom there is nothing");
}
