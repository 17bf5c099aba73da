//! Several aggregates in one commit: all releases go before all claims.

use super::*;

fn shop(store: &Faulty) -> (Shop, blocking::Repository<Customer>) {
    let shop = Shop::new(store.clone());
    let customers = shop.customers.blocking();
    (shop, customers)
}

#[test]
fn two_swap_their_values() {
    for store in stores() {
        let (shop, customers) = shop(&store);
        let (mut alice, mut bob) = (saved(&customers, "a"), saved(&customers, "b"));
        alice.move_to("b");
        bob.move_to("a");
        shop.blocking().commit((&mut alice, &mut bob)).unwrap();
        assert_eq!((holder(&customers, "a"), holder(&customers, "b")), (Some(bob.id()), Some(alice.id())));

        shop.blocking()
            .update((alice.id(), bob.id()), |(alice, bob): (&mut Customer, &mut Customer)| {
                let (first, second) = (alice.email.clone(), bob.email.clone());
                alice.set_email(second);
                bob.set_email(first);
            })
            .unwrap();
        assert_eq!((holder(&customers, "a"), holder(&customers, "b")), (Some(alice.id()), Some(bob.id())));
        check_all(&(Arc::new(store) as _));
    }
}

#[test]
fn a_value_is_passed_on_in_a_circle_and_by_one_that_ends() {
    for store in stores() {
        let (shop, customers) = shop(&store);
        let mut all = ["a", "b", "c"].map(|email| saved(&customers, email));
        for (customer, email) in all.iter_mut().zip(["b", "c", "a"]) {
            customer.move_to(email);
        }
        shop.blocking().commit(&mut all).unwrap();
        let [first, ..] = &mut all;
        first.leave();
        let mut heir = Customer::with("b");
        shop.blocking().commit((&mut heir, first)).unwrap();
        assert_eq!(holder(&customers, "b"), Some(heir.id()));
        check_all(&(Arc::new(store) as _));
    }
}

#[test]
fn two_that_claim_one_value_are_refused_together() {
    for store in stores() {
        let (shop, customers) = shop(&store);
        let (mut first, mut second) = (Customer::with("a"), Customer::with("a"));
        assert_taken(&shop.blocking().commit((&mut first, &mut second)), "email", first.id());
        assert!(!customers.contains(first.id()).unwrap() && !customers.contains(second.id()).unwrap());
        second.move_to("b");
        shop.blocking().commit((&mut first, &mut second)).unwrap();
        check_all(&(Arc::new(store) as _));
    }
}

#[test]
fn one_whose_value_is_taken_keeps_the_others_from_being_saved() {
    for store in stores() {
        let (shop, customers) = shop(&store);
        let alice = saved(&customers, "a");
        let (mut free, mut taken) = (Customer::with("b"), Customer::with("a"));
        assert_taken(&shop.blocking().commit((&mut free, &mut taken)), "email", alice.id());
        assert_eq!(holder(&customers, "b"), None);
        let updated = shop.blocking().update(
            (alice.id(), saved(&customers, "c").id()),
            |(_, other): (&mut Customer, &mut Customer)| {
                other.move_to("a");
            },
        );
        assert!(matches!(updated, Err(UpdateError::Save(SaveError::Taken { .. }))), "{updated:?}");
        check_all(&(Arc::new(store) as _));
    }
}
