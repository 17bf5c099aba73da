//! Another runner has the processes.

use std::time::Duration;

use eventsourcing::error::SettleError;
use eventsourcing::prelude::*;
use eventsourcing::process::ProcessState;
use pollster::block_on;

use super::hotel::Place;
use crate::shop::DAY;

type Tested = Result<(), Box<dyn std::error::Error>>;

fn stands_by(views: &Views) -> bool {
    views.processes().iter().all(|process| matches!(process.state, ProcessState::Standby))
}

/// Who stands by knows from the checkpoints and the journals what the other does.
#[test]
fn who_stands_by_waits_for_what_the_other_runner_does() -> Tested {
    block_on(async {
        let place = Place::sqlite();
        let [first, second] = [place.views(), place.views()];
        let running = place.hotel.run(&first)?;
        // So that it is known to have them.
        place.book("zoe").await?;
        first.settled().await?;
        let other = place.hotel.run(&second)?;
        for guest in ["alice", "bob", "carol"] {
            let room = place.book(guest).await?;
            second.settled().await?;
            assert!(place.has_begun(room).await?, "{guest}");
            place.clock.advance(DAY);
            second.settled().await?;
            assert_eq!(place.hotel.rooms.get(room).await?.cleaned, 1, "{guest}");
        }
        assert!(stands_by(&second), "{:?}", second.processes());
        assert!(second.processes().iter().all(|one| one.head >= one.checkpoint), "{:?}", second.processes());

        place.hotel.unwelcome.lock().unwrap().push("eve".to_owned());
        let eve = place.book("eve").await?;
        let Err(SettleError::ParkedInstance { process, instance, error, .. }) = second.settled().await else {
            panic!("eve is not welcome")
        };
        assert_eq!((process, instance.id(), &*error), ("Welcome", eve.as_uuid(), "eve is not welcome"));
        assert!(stands_by(&second), "{:?}", second.processes());

        // The other ends, and the second takes its place.
        running.stop().await;
        place.book("dave").await?;
        place.clock.advance(DAY);
        let waited = second.settled_within(Duration::from_secs(30)).await;
        assert!(matches!(waited, Err(SettleError::ParkedInstance { .. })), "{waited:?}");
        other.stop().await;
        Ok(())
    })
}
