//! What is parked is an error.

use std::sync::Arc;
use std::time::Duration;

use eventsourcing::error::SettleError;
use eventsourcing::prelude::*;
use pollster::block_on;

use super::hotel::{Booking, Door, Doors, Hotel, NOBODY, Room, Welcome, with_each};

type Tested = Result<(), Box<dyn std::error::Error>>;

#[test]
fn an_instance_that_is_parked_is_named_once_all_else_is_done() -> Tested {
    with_each(async |place| {
        let views = place.views();
        place.hotel.unwelcome.lock().unwrap().extend(["bob", "eve"].map(str::to_owned));
        let running = place.hotel.run(&views)?;
        let bob = place.book("bob").await?;
        let alice = place.book("alice").await?;
        let Err(error) = views.settled().await else { panic!("bob is not welcome") };
        let text = error.to_string();
        let SettleError::ParkedInstance { process, instance, error, waiting, others, .. } = error else {
            panic!("{text}")
        };
        assert_eq!((process, instance.id(), waiting, others), ("Welcome", bob.as_uuid(), 1, 0));
        assert_eq!(error, "bob is not welcome");
        for word in ["`Welcome`", &bob.to_string(), "bob is not welcome", "`retry_instance`", "`drop_instance`"] {
            assert!(text.contains(word), "{text}");
        }
        assert!(place.has_begun(alice).await?);
        // It does not stand in the way of who does not ask for it.
        views.caught_up().await?;

        // Of several, it is the first.
        let eve = place.book("eve").await?;
        let Err(error) = views.settled().await else { panic!("eve is not welcome") };
        assert!(error.to_string().contains("(1 more are parked)"), "{error}");
        let SettleError::ParkedInstance { instance, .. } = error else { panic!("{error}") };
        assert_eq!(instance.id(), bob.as_uuid());

        views.drop_instance::<Welcome>(eve).await?;
        place.hotel.unwelcome.lock().unwrap().clear();
        assert!(views.retry_instance::<Welcome>(instance.id()).await?);
        views.settled().await?;
        assert!(place.has_begun(bob).await?);
        running.stop().await;
        Ok(())
    })
}

#[test]
fn a_row_that_is_parked_is_named() -> Tested {
    with_each(async |place| {
        let views = place.views();
        let running = place.hotel.run(&views)?;
        let (nobody, alice) = (place.book(NOBODY).await?, place.book("alice").await?);
        let Err(error) = views.settled().await else { panic!("a room is for somebody") };
        let text = error.to_string();
        let SettleError::ParkedRow { view, key, error, waiting, others, .. } = error else { panic!("{text}") };
        assert_eq!((view, waiting, others), ("Door", 1, 0));
        assert_eq!(key, format!("[\"{nobody}\"]"));
        assert!(error.contains("a room is for somebody"), "{error}");
        for word in ["`Door`", &key, "a room is for somebody", "`retry_parked`", "`drop_parked`"] {
            assert!(text.contains(word), "{text}");
        }
        assert!(place.has_begun(nobody).await? && views.get::<Door>(alice).await?.is_some());
        views.drop_parked::<Door>(nobody).await?;
        views.settled().await?;
        running.stop().await;
        Ok(())
    })
}

#[test]
fn a_key_that_is_parked_of_a_view_in_sql_is_named() -> Tested {
    block_on(async {
        let (folder, hotel) = (tempfile::tempdir()?, Arc::new(Hotel::new(MemoryStore::new())));
        let views = Views::sqlite(folder.path())?.with_sql::<Doors>().with_process_of::<Room>(Arc::clone(&hotel));
        let running = hotel.run(&views)?;
        hotel.bookings.save(&mut Booking::make("alice")).await?;
        views.settled().await?;
        hotel.bookings.save(&mut Booking::make(NOBODY)).await?;
        let Err(parked) = views.settled().await else { panic!("a room is for somebody") };
        let SettleError::ParkedRow { view, key, .. } = parked else { panic!("{parked}") };
        assert_eq!((view, key.as_str()), ("Doors", "[\"nobody\"]"));
        running.stop().await;
        Ok(())
    })
}

/// What has failed for good is more to know than that the time is over.
#[test]
fn what_is_parked_is_said_also_when_the_time_is_over() -> Tested {
    with_each(async |place| {
        let views = place.views();
        place.hotel.unwelcome.lock().unwrap().push("bob".to_owned());
        let running = place.hotel.run(&views)?;
        place.book("bob").await?;
        views.settled().await.unwrap_err();
        place.book("alice").await?;
        let waited = views.blocking().settled_within(Duration::from_millis(1));
        assert!(matches!(waited, Err(SettleError::ParkedInstance { .. })), "{waited:?}");
        running.stop().await;
        Ok(())
    })
}
