//! Reading the log backward. A store reads it forward alone: so it is read in windows, each before the one that was read last, until there is enough.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use crate::error::{LoadError, ReadError};
use crate::event::Recorded;
use crate::log::{LogEvent, LogReader};
use crate::store::{LogRead, StoredEvent};
use crate::stream::Position;

/// A window in which as many events were visited is followed by one of the same size, and not a larger one.
const ENOUGH: u64 = 4096;

impl<E: Send> LogReader<E> {
    /// The newest events, the newest first: so many, or all that there are, of those that [`events`](Self::events), [`after`](Self::after) and
    /// [`before`](Self::before) let through. The reader stays where it is.
    ///
    /// An event that an older release stored, and that is several today, is never split: there may then be some more than asked for. So the next page is
    /// what stands before the last event of this one, and no event is missed. Reading takes as long as the part of the log that has so many of
    /// them, counted from its end.
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
    /// (0..4).for_each(|_| example.change());
    /// examples.save(&mut example).await?;
    ///
    /// let page = examples.log().latest(2).await?;
    /// assert_eq!(page.iter().map(|recorded| recorded.position).collect::<Vec<_>>(), [5, 4]);
    /// let page = examples.log().before(page[1].position).latest(2).await?;
    /// assert_eq!(page.iter().map(|recorded| recorded.position).collect::<Vec<_>>(), [3, 2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// By [`LoadError`] if one of them cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub async fn latest(&self, events: usize) -> Result<Vec<Recorded<LogEvent<E>>>, LoadError> {
        let head = self.store().head().await.map_err(ReadError::from)?;
        let (mut to, first) = (head.min(self.before.previous()), self.read.after);
        let (mut latest, mut size) = (Vec::new(), u64::try_from(events).unwrap_or(u64::MAX).max(16));
        while latest.len() < events && to > first {
            let after = to.saturating_sub(size).max(first);
            let window = self.window(after, to, events - latest.len()).await?;
            latest.extend(window.newest.into_iter().rev());
            if window.visited < ENOUGH {
                size = size.saturating_mul(2);
            }
            to = after;
        }
        Ok(latest)
    }

    /// The newest events after a position up to another, as many as are wanted.
    async fn window(&self, after: Position, to: Position, wanted: usize) -> Result<Window<E>, LoadError> {
        let (on_unknown, source) = (self.on_unknown, self.source);
        let mut window = Window { newest: VecDeque::new(), visited: 0 };
        // The newest event that cannot be read, and how many stand after it.
        let mut unread: Option<(LoadError, usize)> = None;
        let mut read = LogRead { after, never_waits: true, ..self.read.clone() };
        let mut events = Vec::new();
        loop {
            let mut is_end = false;
            let mut visit = |stored: StoredEvent<'_>| {
                if stored.position > to {
                    is_end = true;
                    return ControlFlow::Break(());
                }
                window.visited += 1;
                match (source.read)(&stored, on_unknown, &mut events) {
                    Ok(()) => {
                        if let Some((_, since)) = &mut unread {
                            *since += events.len();
                        }
                        window.add(&mut events, wanted);
                    }
                    Err(error) => {
                        events.clear();
                        unread = Some((error, 0));
                    }
                }
                ControlFlow::Continue(())
            };
            let page = self.store().read_log(read.clone(), &mut visit).await?;
            if is_end || !page.more || page.reached >= to {
                break;
            }
            read.after = page.reached;
        }
        match unread {
            Some((error, since)) if since < wanted => Err(error),
            Some(_) | None => Ok(window),
        }
    }
}

/// What was read between two positions.
struct Window<E> {
    /// The newest events, the oldest of them first.
    newest: VecDeque<Recorded<LogEvent<E>>>,
    /// How many stored events there are.
    visited: u64,
}

impl<E> Window<E> {
    /// Adds what a stored event is, and drops the oldest stored events that are not wanted beside the newer ones.
    fn add(&mut self, events: &mut Vec<Recorded<LogEvent<E>>>, wanted: usize) {
        self.newest.extend(events.drain(..));
        while let Some(oldest) = self.newest.front().map(|event| event.position) {
            let of_oldest = self.newest.iter().take_while(|event| event.position == oldest).count();
            if self.newest.len() - of_oldest < wanted {
                return;
            }
            self.newest.drain(..of_oldest);
        }
    }
}
