//! A runner of the process of a scenario, on the caller's thread: what a handler prints is the test's output.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use super::store::PlayStore;
use crate::error::{ViewError, with_sources};
use crate::process::Process;
use crate::repository::from_store::FromStore as _;
use crate::runner::Views;
use crate::store::EventStore;

/// How often a process may react to what it has stored itself.
const ROUNDS: usize = 1_000;

/// What a test changes of the application.
pub(super) type SetUp<App> = Arc<dyn Fn(&mut App) + Send + Sync>;

/// A runner without a checkpoint at first, which does something only as long as it is waited for.
pub(super) struct Runner {
    views: Views,
    store: PlayStore,
    /// Nothing once it has ended.
    running: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Runner {
    pub(super) fn new<P: Process>(store: &PlayStore, set_up: Option<&SetUp<P::App>>) -> Self {
        let views = Views::memory().clock(store.clock.clone());
        let mut app = P::App::from_store(&(Arc::new(store.clone()) as Arc<dyn EventStore>));
        if let Some(set_up) = set_up {
            set_up(&mut app);
        }
        let views = views.with_process_of::<P>(Arc::new(app));
        let (driven, over) = (views.clone(), store.clone());
        let running = Box::pin(async move { drop(driven.drive(over).await) });
        Self { views, store: store.clone(), running: Some(running) }
    }

    /// Runs until the process has reacted to all that is stored, by itself too, and to the timers that are due; gives why it stops, if it does.
    pub(super) async fn settle<P: Process>(&mut self) -> Option<String> {
        let (views, store) = (self.views.clone(), self.store.clone());
        let settled = async move {
            for _ in 0..ROUNDS {
                let head = store.head().await.map_err(ViewError::Store)?;
                views.caught_up().await?;
                if store.head().await.map_err(ViewError::Store)? == head {
                    return Ok(());
                }
            }
            panic!("`{}` does not come to rest: it reacts to what it has stored itself, without end", P::NAME)
        };
        let settled: Result<(), ViewError> = self.until(settled).await;
        settled.err().map(|error| with_sources(&error))
    }

    /// The same, or until a commit is stored and not answered: then gives nothing.
    pub(super) async fn settle_or_end<P: Process>(mut self) -> Option<Option<String>> {
        let store = self.store.clone();
        let mut settled = pin!(self.settle::<P>());
        poll_fn(|context| match settled.as_mut().poll(context) {
            Poll::Ready(settled) => Poll::Ready(Some(settled)),
            Poll::Pending if store.is_silent() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }

    async fn until<T>(&mut self, done: impl Future<Output = T>) -> T {
        let mut done = pin!(done);
        poll_fn(|context| {
            if self.running.as_mut().is_some_and(|running| running.as_mut().poll(context).is_ready()) {
                self.running = None;
            }
            // Also when the runner has ended: what waits for the process is then answered why.
            done.as_mut().poll(context)
        })
        .await
    }
}
