//! What a handler does that its author did not think of parks its instance, and no other; and what has ended has nothing left.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use eventsourcing::prelude::*;
use eventsourcing::runner::Running;
use eventsourcing::testing::TestClock;
use pollster::block_on;

use crate::workers::{Does, HOUR, IS_ARMED, Office, Task, Worker, next};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// An office, a task in it, and its workers at work.
struct Day {
    office: Arc<Office>,
    task: Id<Task>,
    clock: TestClock,
    views: Views,
    running: Running,
}

impl Day {
    async fn begin() -> Result<Self, Box<dyn std::error::Error>> {
        let (office, clock) = (Arc::new(Office::new(MemoryStore::new())), TestClock::new());
        let views = Views::memory().with_process_of::<Worker>(Arc::clone(&office)).clock(clock.clone());
        let running = office.run(&views)?;
        let mut task = Task::open(Id::new());
        office.tasks.save(&mut task).await?;
        Ok(Self { office, task: task.id(), clock, views, running })
    }

    async fn ask(&self, worker: Id<Worker>, does: &[Does]) -> Tested {
        for does in does {
            self.office.tasks.update(self.task, |task| task.ask(worker, *does)).await?;
        }
        Ok(())
    }

    /// What is parked, once all is done.
    async fn parked(&self) -> Result<Vec<(String, u64)>, Box<dyn std::error::Error>> {
        self.views.caught_up_within(Duration::from_secs(60)).await?;
        let parked = self.views.parked_instances::<Worker>().await?;
        Ok(parked.into_iter().map(|parked| (parked.error, parked.waiting)).collect())
    }
}

#[test]
fn what_nobody_thought_of_parks_one_instance_and_others_go_on() -> Tested {
    for (does, says) in [
        (Does::FailsAtLength, "ééé"),
        (Does::FailsUnspeakably, "the error panicked when it was shown: no words"),
        (Does::ReadsItselfAndFails, "it has seen itself"),
        (Does::PanicsInWriting, "it was not to be written"),
        (Does::MakesAgainAndFails, "it is there"),
        (Does::MeetsItself, "another commit was stored first"),
    ] {
        block_on(async {
            let (day, odd, other) = (Day::begin().await?, Id::new(), Id::new());
            day.ask(odd, &[does, Does::Work]).await?;
            day.ask(other, &[Does::Work]).await?;
            let parked = day.parked().await?;
            assert!(parked.len() == 1 && parked[0].0.contains(says) && parked[0].1 == 2, "{does:?}: {parked:?}");
            assert!(parked[0].0.len() < 10_000, "{does:?}");
            assert_eq!(day.office.workers.get(other).await?.worked, 1, "{does:?}");
            // A handler that meets itself does so many times before that is believed.
            assert!(does == Does::MeetsItself || !day.views.retry_instance::<Worker>(odd).await?, "{does:?}");
            day.views.drop_instance::<Worker>(odd).await?;
            day.ask(odd, &[Does::Work]).await?;
            assert_eq!(day.parked().await?, []);
            assert_eq!(day.office.workers.get(odd).await?.worked, 1, "{does:?}");
            day.running.stop().await;
            Tested::Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn an_instance_that_panics_when_it_is_read_is_parked() -> Tested {
    block_on(async {
        let (day, odd, other) = (Day::begin().await?, Id::new(), Id::new());
        day.ask(odd, &[Does::PanicsInReading]).await?;
        assert_eq!(day.parked().await?, []);
        IS_ARMED.store(true, Ordering::SeqCst);
        day.ask(odd, &[Does::Work]).await?;
        day.ask(other, &[Does::Work]).await?;
        let parked = day.parked().await?;
        assert!(parked.len() == 1 && parked[0].0.contains("an event panics when it is read"), "{parked:?}");
        assert_eq!(day.office.workers.get(other).await?.worked, 1);
        IS_ARMED.store(false, Ordering::SeqCst);
        assert!(day.views.retry_instance::<Worker>(odd).await?);
        assert_eq!(day.office.workers.get(odd).await?.worked, 1);
        day.running.stop().await;
        Ok(())
    })
}

#[test]
fn a_handler_may_read_its_own_instance_as_it_is_stored() -> Tested {
    block_on(async {
        let (day, worker) = (Day::begin().await?, Id::new());
        day.ask(worker, &[Does::ReadsItself, Does::ReadsItself]).await?;
        assert_eq!(day.parked().await?, []);
        assert_eq!(day.office.workers.get(worker).await?.rang, 2);
        day.running.stop().await;
        Ok(())
    })
}

#[test]
fn what_was_discarded_and_is_not_found_may_be_made_again() -> Tested {
    block_on(async {
        let (day, worker) = (Day::begin().await?, Id::new());
        let mut task = Task::open(next(day.task));
        task.remove();
        day.office.tasks.save(&mut task).await?;
        day.ask(worker, &[Does::MakesNext, Does::MakesNext]).await?;
        assert_eq!(day.parked().await?, []);
        assert_eq!(day.office.tasks.history(next(day.task)).await?.len(), 3);
        day.running.stop().await;
        Ok(())
    })
}

/// The first conflict is on making the task, and the second on changing it: both were met by chance, and the third try meets none.
#[test]
fn conflicts_on_a_stream_that_was_made_meanwhile_are_no_fault() -> Tested {
    block_on(async {
        let (day, worker) = (Day::begin().await?, Id::new());
        day.ask(worker, &[Does::MeetsOthers]).await?;
        assert_eq!(day.parked().await?, []);
        assert_eq!(day.office.tasks.get(next(day.task)).await?.steps, 1);
        day.running.stop().await;
        Ok(())
    })
}

#[test]
fn what_waits_for_an_instance_that_ends_is_done_with_when_it_is_retried() -> Tested {
    block_on(async {
        let (day, worker) = (Day::begin().await?, Id::new());
        day.ask(worker, &[Does::SetsTimer, Does::FailsOnce, Does::Leaves]).await?;
        day.office.tasks.update(day.task, |task| task.close(worker)).await?;
        assert_eq!(day.parked().await?, [("not yet".to_owned(), 3)]);
        day.clock.advance(2 * HOUR);
        assert_eq!(day.parked().await?, [("not yet".to_owned(), 4)]);
        assert!(day.views.retry_instance::<Worker>(worker).await?);
        assert_eq!(day.parked().await?, []);
        assert_eq!(day.office.workers.find(worker).await?, None);
        // It comes again under the same id, and reacts to what is for it.
        day.ask(worker, &[Does::Work]).await?;
        assert_eq!(day.parked().await?, []);
        assert_eq!(day.office.workers.get(worker).await?.worked, 1);
        day.running.stop().await;
        Ok(())
    })
}

#[test]
fn the_timers_of_an_instance_that_ends_are_cancelled() -> Tested {
    block_on(async {
        let (day, worker) = (Day::begin().await?, Id::new());
        day.ask(worker, &[Does::SetsTimer, Does::Leaves, Does::Work]).await?;
        assert_eq!(day.parked().await?, []);
        day.clock.advance(2 * HOUR);
        assert_eq!(day.parked().await?, []);
        assert_eq!(day.office.workers.get(worker).await?.rang, 0, "it is of another life");
        day.running.stop().await;
        Ok(())
    })
}

/// It was not the process that has ended it: its timer is found when it is due, and then never again.
#[test]
fn a_timer_of_an_instance_that_others_have_ended_is_done_with_once() -> Tested {
    block_on(async {
        let (day, worker) = (Day::begin().await?, Id::new());
        day.ask(worker, &[Does::SetsTimer]).await?;
        assert_eq!(day.parked().await?, []);
        day.office.workers.update(worker, Worker::leave).await?;
        day.clock.advance(2 * HOUR);
        assert_eq!(day.parked().await?, []);
        day.running.stop().await;
        let again = Views::memory().with_process_of::<Worker>(Arc::clone(&day.office)).clock(TestClock::new());
        let running = day.office.run(&again)?;
        again.caught_up().await?;
        assert_eq!(again.processes()[0].timers, 0);
        running.stop().await;
        Ok(())
    })
}
