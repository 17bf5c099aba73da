//! Waiting until nothing is left to do, for tests of a whole program.

use std::error::Error;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use futures_timer::Delay;

use crate::error::{ProcessError, SettleError, ViewError, with_sources};
use crate::process::{AnyProcess, ProcessState};
use crate::runner::registered_view::AnyView;
use crate::runner::waiting::{LONGEST, wait_for};
use crate::runner::{ViewState, Views};
use crate::store::{First, select};
use crate::stream::{Position, StreamId};

/// How often the journals of a process are read whose timers another runner fires.
const POLL: Duration = Duration::from_millis(20);

impl Views {
    #[doc = include_str!("settle/settled.md")]
    pub async fn settled(&self) -> Result<(), SettleError> {
        self.come_to_rest(self.head().await?).await?;
        self.refuse_parked().await
    }

    /// As [`settled`](Self::settled), for no longer than this time; the store is asked for its end before that begins, and what is parked is read after it.
    ///
    /// # Errors
    ///
    /// As [`settled`](Self::settled), and [`SettleError::TimedOut`]; what is parked when the time is over is said instead of that.
    ///
    /// # Cancel safety
    ///
    /// Waiting changes nothing.
    pub async fn settled_within(&self, time: Duration) -> Result<(), SettleError> {
        let began = self.head().await?;
        let rested = select(self.come_to_rest(began), Delay::new(time.min(LONGEST))).await;
        match rested {
            First::One(rested) => rested?,
            First::Other(()) => {
                // What has failed for good is more to know than that the time is over.
                let parked = self.refuse_parked().await.err().filter(SettleError::is_parked);
                return Err(parked.unwrap_or_else(|| self.timed_out(began, time)));
            }
        }
        self.refuse_parked().await
    }

    /// Waits until the processes and the views have done all up to an end of the log, and that is still its end.
    async fn come_to_rest(&self, mut head: Position) -> Result<(), ViewError> {
        loop {
            // Each time: a timer may have fallen due while others fired.
            let now = self.processes.settings().clock.now();
            for process in self.processes.each() {
                self.process_at_rest(&*process, head, now).await?;
            }
            for view in self.set.views() {
                wait_for(&self.set, &*view, head).await?;
            }
            let end = self.head().await?;
            // No one has stored anything since all of it was done.
            if end == head {
                return Ok(());
            }
            head = end;
        }
    }

    async fn process_at_rest(
        &self,
        process: &dyn AnyProcess,
        head: Position,
        now: SystemTime,
    ) -> Result<(), ProcessError> {
        loop {
            let rested = process.progress().wait_for_rest(head, now).await;
            if rested.map_err(|why| ProcessError::Stopped { process: process.name(), why })?.has_begun {
                return Ok(());
            }
            // Another runner has it, whose timers only the journals tell.
            let journals = self.journals_of(process).await?;
            if journals.first_due.is_none_or(|due| due > now) {
                return Ok(());
            }
            Delay::new(POLL).await;
        }
    }

    /// Fails if anything is parked.
    async fn refuse_parked(&self) -> Result<(), SettleError> {
        let mut found = Vec::new();
        for process in self.processes.each() {
            let name = process.name();
            for (instance, parked) in self.parked_of(&*process).await? {
                let instance = StreamId::new(name, instance);
                let (error, waiting) = (parked.error, parked.waiting);
                let error = SettleError::ParkedInstance { process: name, instance, error, waiting, others: 0 };
                found.push((parked.since, error));
            }
        }
        for view in self.set.views() {
            for row in view.parked()? {
                let (view, key, position) = (view.name(), row.key, row.position);
                let (error, waiting) = (row.error, row.waiting);
                let error = SettleError::ParkedRow { view, key, position, error, waiting, others: 0 };
                found.push((row.since, error));
            }
        }
        let more = found.len().saturating_sub(1);
        let first = found.into_iter().min_by_key(|(since, _)| *since);
        first.map_or(Ok(()), |(_, error)| Err(error.with_others(more)))
    }

    fn timed_out(&self, began: Position, waited: Duration) -> SettleError {
        let now = self.processes.settings().clock.now();
        let processes = self.processes.each();
        let of_processes = processes.iter().map(|process| process.progress().report().head).max().unwrap_or_default();
        let head = Position::new(self.set.head().load(Ordering::Relaxed)).max(of_processes).max(began);
        let of_process = processes.iter().find_map(|process| left_of_process(&**process, head, now));
        let left = of_process.or_else(|| self.set.views().iter().find_map(|view| left_of_view(&**view, head)));
        let left = left.unwrap_or_else(|| "each time that all was done, more had been stored".to_owned());
        SettleError::TimedOut { waited, began, head, left }
    }
}

/// What a process has to do.
fn left_of_process(process: &dyn AnyProcess, head: Position, now: SystemTime) -> Option<String> {
    let (name, report) = (process.name(), process.progress().report());
    let is_by_other = matches!(report.state, ProcessState::Standby);
    let left = if report.done < head {
        format!(
            "has reacted to what is stored up to position {}, and {} of its reactions run",
            report.done, report.in_flight
        )
    } else if report.first_due.is_some_and(|due| due <= now) {
        "has a timer to fire that is due".to_owned()
    } else if report.in_flight > 0 {
        format!("has {} reactions that run", report.in_flight)
    } else if is_by_other {
        "may have a timer to fire that is due".to_owned()
    } else {
        return None;
    };
    let whose =
        if is_by_other { ", which another runner has (or a future of `drive` that is not polled)," } else { "" };
    let trouble = if let ProcessState::Retrying { why, .. } = &report.state { trouble(&**why) } else { String::new() };
    Some(format!("the process `{name}`{whose} {left}{trouble}"))
}

/// What a view has to show.
fn left_of_view(view: &dyn AnyView, head: Position) -> Option<String> {
    let report = view.generations().current()?.progress.report();
    let trouble = if let ViewState::Retrying { why, .. } = &report.state { trouble(&**why) } else { String::new() };
    let reached = report.checkpoint;
    (reached < head).then(|| format!("the view `{}` is made up to position {reached}{trouble}", view.name()))
}

fn trouble(why: &dyn Error) -> String {
    format!("; it tries again what has failed: {}", with_sources(why))
}
