//! Reading what was: an aggregate as of a time, and its last events.

use std::ops::ControlFlow;
use std::time::SystemTime;

use crate::aggregate::{Aggregate, Id, stream_of};
use crate::error::LoadError;
use crate::event::Recorded;
use crate::repository::Repository;
use crate::store::{StoredEvent, StreamRead, micros};
use crate::stream::Version;

impl<A: Aggregate> Repository<A> {
    /// Loads an aggregate as it was at this time, by the times at which its events were recorded.
    ///
    /// The first event that was recorded later ends it, so that it never knows of a later event; an event recorded at the time itself counts. A clock
    /// may have been set back between two events: then what follows such a first later event is left out too. It can be looked at, as
    /// after [`get_at`](Self::get_at). The events up to the time are read once more than by that.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] struct Example { root: Root<Self> }
    /// # #[events] impl Example {
    /// #     #[event(Created)] fn create() -> Self { Self { root: Root::new() } }
    /// # }
    /// use std::time::{Duration, SystemTime};
    ///
    /// # pollster::block_on(async {
    /// let examples = Repository::<Example>::new(MemoryStore::new());
    /// let mut example = Example::create();
    /// examples.save(&mut example).await?;
    ///
    /// let hour = Duration::from_secs(3600);
    /// assert_eq!(examples.get_as_of(example.id(), SystemTime::now() + hour).await?.version(), 1);
    /// let before = examples.get_as_of(example.id(), SystemTime::now() - hour).await;
    /// assert!(matches!(before, Err(LoadError::NotFound { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// By [`LoadError`]; [`LoadError::NotFound`] if there was no such aggregate at that time, or it was discarded by then.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub async fn get_as_of(&self, id: Id<A>, time: SystemTime) -> Result<A, LoadError> {
        let time = micros(time);
        let mut read = StreamRead::new(stream_of(id)).never_waits();
        let mut version = Version::default();
        loop {
            let mut is_later = false;
            let mut visit = |stored: StoredEvent<'_>| {
                is_later = stored.recorded_at > time;
                if is_later {
                    return ControlFlow::Break(());
                }
                version = stored.version;
                ControlFlow::Continue(())
            };
            let page = self.store().read_stream(read.clone(), &mut visit).await?;
            if is_later || !page.more {
                break;
            }
            read.advance(page);
        }
        if version == 0 {
            return Err(LoadError::NotFound { stream: stream_of(id) });
        }
        self.get_at(id, version).await
    }

    /// The last events of an aggregate, newest first; also of one that was discarded. An aggregate that was never saved has none.
    ///
    /// As many stored events are read as are asked for, however long the history is. What an older release stored is what it means today, as in
    /// [`history`](Self::history), so there may be more events, or fewer.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] struct Example { root: Root<Self> }
    /// # #[events] impl Example {
    /// #     #[event(Created)] fn create() -> Self { Self { root: Root::new() } }
    /// #     #[event(Changed)] fn change(&mut self) {}
    /// # }
    /// # pollster::block_on(async {
    /// let examples = Repository::<Example>::new(MemoryStore::new());
    /// let mut example = Example::create();
    /// example.change();
    /// example.change();
    /// examples.save(&mut example).await?;
    ///
    /// let last = examples.last_events(example.id(), 2).await?;
    /// assert_eq!(last.iter().map(|recorded| recorded.version).collect::<Vec<_>>(), [3, 2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// By [`LoadError`], never [`LoadError::NotFound`].
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub async fn last_events(&self, id: Id<A>, events: usize) -> Result<Vec<Recorded<A::Event>>, LoadError> {
        let mut last = Vec::new();
        let mut left = events;
        let mut read = StreamRead::new(stream_of(id)).backward().never_waits();
        while left > 0 {
            let (mut refused, mut visited) = (Ok(()), 0);
            let mut visit = |stored: StoredEvent<'_>| {
                visited += 1;
                let before = last.len();
                refused = self.read_known(&stored, &mut last);
                // One stored event may have become several, oldest first.
                last.get_mut(before..).unwrap_or_default().reverse();
                if refused.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            let page = self.store().read_stream(read.clone().limit(left.min(1024)), &mut visit).await?;
            refused?;
            left = left.saturating_sub(visited);
            if !page.more {
                break;
            }
            read.advance(page);
        }
        Ok(last)
    }
}
