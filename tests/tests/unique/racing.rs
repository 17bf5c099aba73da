//! Of any number that want one value, one has it.

use std::thread;

use super::*;

fn each_store(test: impl Fn(Arc<dyn EventStore>)) {
    let folder = tempfile::tempdir().unwrap();
    test(Arc::new(MemoryStore::new()));
    test(Arc::new(Sparse::default()));
    test(Arc::new(SqliteStore::open(folder.path().join("store.db")).unwrap()));
}

#[test]
fn of_sixteen_one_has_the_value() {
    each_store(|store| {
        let customers = Repository::<Customer>::new(Arc::clone(&store));
        let results: Vec<_> = thread::scope(|scope| {
            let race = |_| {
                scope.spawn(|| {
                    let mut customer = Customer::with("a");
                    customers.blocking().save(&mut customer).map(|_| customer.id())
                })
            };
            (0..16).map(race).collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let winners: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
        let [winner] = *winners else { panic!("{winners:?}") };
        results.iter().filter(|result| result.is_err()).for_each(|result| assert_taken(result, "email", *winner));
        check_all(&store);
    });
}

/// A value goes from one to the next, while all want it: each has it at last, and the claim says so.
#[test]
fn a_value_that_is_released_is_had_by_all_in_turn() {
    each_store(|store| {
        let customers = Repository::<Customer>::new(Arc::clone(&store));
        thread::scope(|scope| {
            for thread in 0..8 {
                let customers = customers.blocking();
                scope.spawn(move || {
                    let id = saved(&customers, &format!("own {thread}")).id();
                    let mut had = 0;
                    while had < 5 {
                        match customers.update(id, |customer| customer.move_to("shared")) {
                            Ok(()) => {
                                had += 1;
                                assert_eq!(holder(&customers, "shared"), Some(id));
                                customers.update(id, |customer| customer.set_email(None)).unwrap();
                            }
                            Err(UpdateError::Save(SaveError::Taken { .. })) => thread::yield_now(),
                            Err(error) => panic!("{error:?}"),
                        }
                    }
                });
            }
        });
        check_all(&store);
    });
}

/// Two values, and two that swap them over and over: one who looks finds one of the two, never none.
#[test]
fn a_value_that_is_swapped_is_always_found() {
    each_store(|store| {
        let shop = Shop::new(Arc::clone(&store));
        let customers = shop.customers.blocking();
        let ids = [saved(&customers, "a").id(), saved(&customers, "b").id()];
        thread::scope(|scope| {
            let swapping = scope.spawn(|| {
                for _ in 0..100 {
                    let swap = |(one, other): (&mut Customer, &mut Customer)| {
                        let (first, second) = (one.email.clone(), other.email.clone());
                        one.set_email(second);
                        other.set_email(first);
                    };
                    shop.blocking().update((ids[0], ids[1]), swap).unwrap();
                }
            });
            while !swapping.is_finished() {
                let found = customers.find_by(Customer::EMAIL, "a").unwrap().expect("one of them has it");
                assert!(ids.contains(&found.id()) && found.email.as_deref() == Some("a"));
            }
        });
        check_all(&store);
    });
}
