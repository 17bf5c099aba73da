//! What goes wrong in a reaction or in its store.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use eventsourcing::StreamId;
use eventsourcing::error::{ImportError, ImportLineError, StoreErrorKind};
use eventsourcing::prelude::*;
use eventsourcing::process::ProcessState;
use eventsourcing::store::{Commit, EventStore as _};
use eventsourcing_tests::{Answer, Faulty};
use pollster::block_on;

use crate::shop::{Customer, Does, Invoice, Order, Payment, Shop};
use crate::stop::wait_until;

type Tested = Result<(), Box<dyn Error>>;

/// A shop whose service does this when an order is paid, and what is parked then.
async fn paid(does: Does) -> Result<(Arc<Shop>, Id<Order>, Vec<String>), Box<dyn Error>> {
    let shop = Arc::new(Shop::new(MemoryStore::new()));
    // It is found that an aggregate is created in vain when that was so twice.
    let times = if does == Does::CreatesAgain { 2 } else { 1 };
    shop.outside.next.lock().unwrap().extend([does].repeat(times));
    let views = Views::memory().with_process_of::<Payment>(Arc::clone(&shop));
    let mut order = Order::place();
    shop.orders.save(&mut order).await?;
    shop.customers.save(&mut Customer::register("alice")).await?;
    shop.invoices.save(&mut Invoice::pay(order.id())).await?;
    let running = shop.run(&views)?;
    views.caught_up().await?;
    let parked = views.parked_instances::<Payment>().await?.into_iter().map(|parked| parked.error).collect();
    running.stop().await;
    Ok((shop, order.id(), parked))
}

#[test]
fn a_fault_that_rests_on_what_is_no_longer_so_is_none() -> Tested {
    block_on(async {
        let (shop, order, parked) = paid(Does::FailsStale).await?;
        assert!(parked.is_empty(), "{parked:?}");
        assert_eq!(shop.orders.get(order).await?.state, "released");
        assert_eq!(shop.outside.keys.lock().unwrap().len(), 2);
        Ok(())
    })
}

#[test]
fn a_fault_says_what_is_wrong_and_stores_nothing() -> Tested {
    for (does, says) in [
        (Does::Refuses, "has recorded events and refused then"),
        (Does::SetsUnknownTimer, "no handler for the timer `overdone`"),
        (Does::CreatesAgain, "already, at version 1"),
        (Does::GivesAnother, "make its root by `Root::with_id(id)`"),
        (Does::TakesName, "the same `name`, which no two of them may have"),
    ] {
        block_on(async {
            let (shop, order, parked) = paid(does).await?;
            assert!(parked.len() == 1 && parked[0].contains(says), "{does:?}: {parked:?}");
            assert_eq!(shop.orders.history(order).await?.len(), 1, "{does:?}");
            assert_eq!(shop.payments.get(Id::from(order.as_uuid())).await?.paid, 0);
            assert_eq!(shop.customers.ids().next_page().await?.len(), 1);
            Tested::Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn what_a_handler_makes_claims_its_values_in_the_same_commit() -> Tested {
    block_on(async {
        let (shop, order, parked) = paid(Does::Registers).await?;
        assert!(parked.is_empty(), "{parked:?}");
        let bob = shop.customers.find_by(Customer::NAME, "bob").await?.ok_or("he is there")?;
        let (made, released) = (shop.customers.history(bob.id()).await?, shop.orders.history(order).await?);
        assert_eq!(made[0].metadata, released[1].metadata);
        assert!(made[0].position.get().abs_diff(released[1].position.get()) < 4);
        Ok(())
    })
}

#[test]
fn a_store_that_fails_or_does_not_answer_makes_no_difference() -> Tested {
    let kinds = [StoreErrorKind::Unavailable, StoreErrorKind::Full];
    let answers =
        kinds.map(Answer::Fails).into_iter().chain([Answer::IsLost, Answer::Fails(StoreErrorKind::OutcomeUnknown)]);
    for answer in answers {
        block_on(async {
            let store = Faulty::default();
            let shop = Shop::new(store.clone());
            let mut order = Order::place();
            shop.orders.save(&mut order).await?;
            shop.invoices.save(&mut Invoice::pay(order.id())).await?;
            for _ in 0..5 {
                store.next(answer);
            }
            let views = Views::memory().with_process::<Payment>();
            let running = shop.run(&views)?;
            views.caught_up().await?;
            assert!(matches!(views.processes()[0].state, ProcessState::Live), "{answer:?}: {:?}", views.processes());
            assert_eq!(shop.orders.history(order.id()).await?.len(), 2, "{answer:?}");
            let payment = shop.payments.get(Id::from(order.id().as_uuid())).await?;
            assert_eq!((payment.paid, payment.version().get()), (1, 2), "{answer:?}");
            running.stop().await;
            Tested::Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn a_handler_that_could_not_read_runs_again() -> Tested {
    for does in [Does::CannotRead, Does::WaitsForStore] {
        runs_again(does)?;
    }
    Ok(())
}

fn runs_again(does: Does) -> Tested {
    block_on(async {
        let store = Faulty::default();
        let shop = Arc::new(Shop::new(store.clone()));
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        shop.invoices.save(&mut Invoice::pay(order.id())).await?;
        *shop.outside.store.lock().unwrap() = Some(store);
        shop.outside.next.lock().unwrap().push_back(does);
        let views = Views::memory().with_process_of::<Payment>(Arc::clone(&shop)).reactions_at_once(1);
        let views = views.reaction_deadline(Duration::from_millis(200));
        let running = shop.run(&views)?;
        views.caught_up().await?;
        assert!(views.parked_instances::<Payment>().await?.is_empty());
        assert_eq!(shop.outside.keys.lock().unwrap().len(), 2);
        assert_eq!(shop.orders.get(order.id()).await?.state, "released");
        running.stop().await;
        Ok(())
    })
}

/// Also at a moment when the store has the process wait for what it reads.
#[test]
fn reactions_go_on_while_the_store_does_not_answer_what_is_read_of_the_log() -> Tested {
    block_on(async {
        let store = Faulty::default();
        let (shop, mut order) = (Arc::new(Shop::new(store.clone())), Order::place());
        shop.orders.save(&mut order).await?;
        shop.invoices.save(&mut Invoice::pay(order.id())).await?;
        shop.outside.next.lock().unwrap().push_back(Does::Hangs);
        let views = Views::memory().with_process_of::<Payment>(Arc::clone(&shop));
        let views = views.reaction_deadline(Duration::from_millis(300));
        let running = shop.run(&views)?;
        wait_until(|| !shop.outside.keys.lock().unwrap().is_empty());
        store.hang_log(true);
        shop.invoices.save(&mut Invoice::pay(order.id())).await?;
        // Its time ends, and it is parked.
        wait_until(|| views.processes()[0].in_flight == 0);
        store.hang_log(false);
        views.caught_up().await?;
        let parked = views.parked_instances::<Payment>().await?;
        assert_eq!((parked.len(), parked[0].waiting), (1, 2), "{parked:?}");
        running.stop().await;
        Ok(())
    })
}

#[test]
fn journals_are_exported_and_imported_so_that_nothing_happens_again() -> Tested {
    block_on(async {
        let (shop, order, _) = paid(Does::Fails).await?;
        let mut lines = Vec::new();
        shop.log().export(&mut lines).await?;
        assert_eq!(String::from_utf8(lines.clone())?.matches("\"Payment~process\"").count(), 2);

        let copy = Arc::new(Shop::new(MemoryStore::new()));
        copy.import(&mut &*lines).await?;
        let views = Views::memory().with_process_of::<Payment>(Arc::clone(&copy));
        let running = copy.run(&views)?;
        views.caught_up().await?;
        assert!(copy.outside.keys.lock().unwrap().is_empty());
        assert_eq!(views.parked_instances::<Payment>().await?.len(), 1);
        assert!(views.retry_instance::<Payment>(order).await?);
        assert_eq!(copy.orders.get(order).await?.state, "released");
        running.stop().await;
        Ok(())
    })
}

/// In the copy all stands elsewhere, because a customer is left out, or another is there.
#[test]
fn a_journal_is_not_imported_where_its_positions_are_of_other_events() -> Tested {
    block_on(async {
        let shop = Shop::new(MemoryStore::new());
        for number in 0..9 {
            shop.customers.save(&mut Customer::register(&number.to_string())).await?;
        }
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        let views = Views::memory().with_process::<Payment>();
        let running = shop.run(&views)?;
        views.caught_up().await?;
        running.stop().await;
        let mut lines = Vec::new();
        shop.log().export(&mut lines).await?;
        let lines = String::from_utf8(lines)?;
        let kept = lines.lines().filter(|line| !line.contains("\"Customer"));
        let kept: String = kept.flat_map(|line| [line, "\n"]).collect();

        let (less, more) = (Shop::new(MemoryStore::new()), Shop::new(MemoryStore::new()));
        more.customers.save(&mut Customer::register("another")).await?;
        for (copy, lines) in [(less, &kept), (more, &lines)] {
            let refused = copy.import(&mut lines.as_bytes()).await.unwrap_err();
            let ImportError::Line { source, .. } = &refused else { panic!("{refused:?}") };
            assert!(matches!(source, ImportLineError::OtherPosition { .. }), "{source:?}");
            assert!(source.to_string().contains("import the whole log into an empty store"), "{source}");
        }

        // Again into the store where it is: there is nothing to import.
        assert_eq!(shop.import(&mut lines.as_bytes()).await?.stored, 0);
        Ok(())
    })
}

/// One that was written past the import.
#[test]
fn a_journal_that_names_positions_of_another_store_stops_the_process() -> Tested {
    block_on(async {
        let shop = Shop::new(MemoryStore::new());
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        let mut commit = Commit::new();
        let journal = StreamId::new("Payment~process", order.id().as_uuid());
        commit.append(journal, 0)?.event("Reacted", 1, br#"{"cause":19,"nth":0}"#)?;
        shop.orders.store().commit(commit).await?;
        let views = Views::memory().with_process::<Payment>();
        let running = shop.run(&views)?;
        let error = views.caught_up().await.unwrap_err();
        let (mut why, mut source) = (Vec::new(), error.source());
        while let Some(cause) = source {
            why.push(cause.to_string());
            source = cause.source();
        }
        assert!(
            why.iter().any(|why| why.contains("imported from a store where these events stood elsewhere")),
            "{why:?}"
        );
        running.stop().await;
        Ok(())
    })
}
