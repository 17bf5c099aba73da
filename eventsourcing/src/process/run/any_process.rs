//! A process without its type.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::future::ready;
use std::sync::Arc;

use uuid::Uuid;

use crate::error::ProcessStop;
use crate::process::parking::Parked;
use crate::process::run::progress::Progress;
use crate::process::run::requests::Requests;
use crate::process::run::settings::ProcessSettings;
use crate::process::run::status::{ProcessState, ProcessStatus};
use crate::process::run::unattended::Journals;
use crate::signal::Flag;
use crate::store::{BoxFuture, EventStore};
use crate::subscription::Subscriptions;
use crate::view::ParkedAction;

/// A process, without its type.
pub(crate) trait AnyProcess: Send + Sync {
    fn name(&self) -> &'static str;

    fn process_type(&self) -> TypeId;

    fn progress(&self) -> &Progress;

    fn requests(&self) -> &Requests;

    /// As it is at this moment.
    fn status(&self) -> ProcessStatus {
        let report = self.progress().report();
        ProcessStatus {
            process: self.name(),
            state: report.state,
            start: report.start,
            checkpoint: report.done,
            head: report.head,
            in_flight: report.in_flight,
            parked: report.parked,
            timers: report.timers,
            next_due: report.first_due,
        }
    }

    /// The instances that are parked, as its runner knows them; none if no runner of this program has it, or that has still to read the journals.
    fn known_parked(&self) -> Option<BTreeMap<Uuid, Parked>> {
        let progress = self.progress();
        let listed = progress.parking.list();
        // After that: they are not read from their beginning meanwhile.
        progress.report().has_begun.then_some(listed)
    }

    /// The store of its application, unless that is made of the runner's.
    fn store(&self) -> Option<Arc<dyn EventStore>>;

    /// Which instances are parked, and which timers are set, as all journals say.
    fn read_journals(&self, store: Arc<dyn EventStore>) -> BoxFuture<'_, Result<Journals, Arc<ProcessStop>>>;

    /// Does something with an instance without the runner.
    fn act(
        &self,
        store: Arc<dyn EventStore>,
        settings: ProcessSettings,
        instance: Uuid,
        action: ParkedAction,
    ) -> BoxFuture<'_, Result<bool, Arc<ProcessStop>>>;

    /// Whether the runner of this program has it, and answers what it is asked.
    fn is_run(&self) -> bool {
        !matches!(self.progress().report().state, ProcessState::Stopped { .. } | ProcessState::Standby)
    }

    /// Asks the runner to do something with an instance, and waits for its answer, and until what is parked is listed by that.
    fn ask(&self, instance: Uuid, action: ParkedAction) -> BoxFuture<'_, Result<bool, Arc<ProcessStop>>> {
        let answer = self.requests().add((instance, action));
        // After it was added: a runner that ends now drops it, and one that has ended does nothing.
        if let ProcessState::Stopped { why } = self.progress().report().state {
            drop(self.requests().take());
            return Box::pin(ready(Err(why)));
        }
        Box::pin(async move {
            let answered = answer.wait().await.unwrap_or_else(|| Err(Arc::new(ProcessStop::NotRunning)));
            let (is_parked_no_longer, stored) = answered?;
            self.progress().wait_listed(stored).await;
            Ok(is_parked_no_longer)
        })
    }

    /// Runs it until it is stopped, or cannot go on.
    fn run<'a>(
        &'a self,
        store: Arc<dyn EventStore>,
        kept: Subscriptions,
        settings: ProcessSettings,
        stop: &'a Flag,
    ) -> BoxFuture<'a, ()>;
}
