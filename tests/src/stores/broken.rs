//! A store in memory that breaks one promise.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use eventsourcing::store::{
    Append, BoxFuture, Commit, Committed, EventStore, LogRead, Page, StoredEvent, StreamRead, Visit,
};
use eventsourcing::testing::contract::Harness;
use eventsourcing::{CommitError, CommitId, MemoryStore, Position, ReadError, StoreError, StreamId};

/// The promise that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// C1: a commit with a conflict leaves its first append behind.
    StoresAPart,
    /// C1, C8: each append is stored on its own, and readers and those who give up come between.
    StoresInParts,
    /// C1: an append without events is passed over.
    SkipsEmptyAppends,
    /// C2: a wrong expected version is corrected.
    CorrectsVersions,
    /// C2: a conflict is reported as a success.
    ChecksNothing,
    /// C3, C8: the head is one behind.
    HeadLagsBehind,
    /// C3: positions are counted from 0.
    CountsFromZero,
    /// C4, C5: everything is forgotten at the end.
    ForgetsAll,
    /// C5: no id is looked for.
    ForgetsIds,
    /// C5: a repeat is not marked.
    HidesRepeats,
    /// C5: an id is only looked for where it was made.
    ForgetsMadeIds,
    /// C6: streams are always read forward.
    ReadsForward,
    /// C6: a page has no limit.
    IgnoresLimits,
    /// C6: names of events are not looked at.
    IgnoresFilters,
    /// C6: each page is the last.
    HasNoMore,
    /// C6: a page of a stream is read in two.
    ReadsTwice,
    /// C7: spaces around a payload are lost.
    TrimsPayloads,
    /// C7: there is no checksum.
    OverlooksDamage,
    /// C7, C9: metadata is kept with the first event of a stream only.
    LosesMetadata,
    /// C9: names are the same in capitals and small letters.
    FoldsNames,
    /// C9: a commit without events is at position 0.
    MisplacesEmptyCommits,
    /// C9: large payloads are cut.
    CutsPayloads,
    /// C9: numbers are signed.
    SignsNumbers,
    /// C10: waiting never waits.
    NeverWaits,
}

impl Fault {
    /// Every fault, with tests of the contract that must fail for it.
    pub const ALL: &[(Self, &[&str])] = &[
        (Self::StoresAPart, &["c1_all_or_nothing", "c8_after_an_error_nothing_is_stored"]),
        (Self::StoresInParts, &["c1_no_reader_sees_a_part", "c8_a_dropped_commit_is_whole_or_not_there"]),
        (Self::SkipsEmptyAppends, &["c1_an_append_without_events_checks_its_version"]),
        (
            Self::CorrectsVersions,
            &[
                "c1_appends_take_effect_in_their_order",
                "c2_a_conflict_names_stream_and_versions",
                "c2_one_of_many_racers_wins",
            ],
        ),
        (Self::ChecksNothing, &["c2_one_of_many_racers_across_streams_wins", "c9_numbers_at_the_ends_of_their_range"]),
        (Self::HeadLagsBehind, &["c8_success_is_visible_everywhere", "c3_positions_count_from_one_without_gaps"]),
        (Self::CountsFromZero, &["c3_positions_count_from_one_without_gaps", "c3_a_follower_misses_nothing"]),
        (Self::ForgetsAll, &["c4_acknowledged_commits_survive_reopening", "c5_ids_survive_reopening"]),
        (
            Self::ForgetsIds,
            &[
                "c5_the_same_commit_again_returns_the_first_result",
                "c5_a_given_id_is_known_whatever_comes_with_it",
                "c5_one_of_many_racers_under_one_id_is_stored",
                "c8_a_dropped_commit_is_whole_or_not_there",
            ],
        ),
        (Self::HidesRepeats, &["c5_the_same_commit_again_returns_the_first_result"]),
        (Self::ForgetsMadeIds, &["c5_an_id_that_was_made_is_found_when_given"]),
        (Self::ReadsForward, &["c6_a_stream_is_read_in_ranges_and_pages"]),
        (Self::IgnoresLimits, &["c6_a_stream_is_read_in_ranges_and_pages", "c6_a_page_has_a_limit_unless_told"]),
        (Self::IgnoresFilters, &["c6_the_log_is_read_in_pages_and_filtered"]),
        (Self::HasNoMore, &["c6_the_log_is_read_in_pages_and_filtered", "c6_a_page_ends_where_its_reader_breaks_off"]),
        (Self::ReadsTwice, &["c6_a_page_is_one_moment"]),
        (Self::TrimsPayloads, &["c7_what_was_stored_comes_back_byte_for_byte"]),
        (Self::OverlooksDamage, &["c7_a_damaged_event_is_named_and_not_given_out"]),
        (Self::LosesMetadata, &["c7_what_was_stored_comes_back_byte_for_byte", "c9_the_largest_metadata_is_stored"]),
        (Self::FoldsNames, &["c9_names_mean_nothing_to_the_store"]),
        (Self::MisplacesEmptyCommits, &["c9_a_commit_without_events_stores_nothing"]),
        (Self::CutsPayloads, &["c9_the_largest_payload_is_stored", "c9_the_largest_commit_is_stored"]),
        (Self::SignsNumbers, &["c9_numbers_at_the_ends_of_their_range"]),
        (Self::NeverWaits, &["c10_every_waiting_reader_is_woken", "c10_who_gave_up_waiting_misses_nothing"]),
    ];
}

/// A store with one [`Fault`]; a clone is another handle.
#[derive(Clone, Debug)]
pub struct Broken {
    inner: MemoryStore,
    fault: Fault,
}

impl Broken {
    /// An empty store with this fault.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self { inner: MemoryStore::new(), fault }
    }

    /// What becomes of an append before it is stored.
    fn append(&self, commit: &mut Commit, append: &Append<'_>, expected: u64) {
        let folded = || append.stream.aggregate().to_lowercase();
        let stream = append.stream.clone();
        let stream = if self.fault == Fault::FoldsNames { StreamId::new(folded(), stream.id()) } else { stream };
        let mut appending = commit.append(stream, expected).unwrap();
        for event in append.events() {
            let payload = match self.fault {
                Fault::TrimsPayloads => event.payload.trim_ascii(),
                Fault::CutsPayloads => &event.payload[..event.payload.len().min(1 << 20)],
                _ => event.payload,
            };
            appending = appending.event(event.name.clone(), event.schema_version, payload).unwrap();
        }
    }

    fn rebuilt(&self, commit: &Commit, id: CommitId, takes: impl Fn(&Append<'_>) -> bool) -> Commit {
        let mut rebuilt = Commit::with_id(id);
        rebuilt.set_metadata(commit.metadata().unwrap_or_default()).unwrap();
        for append in commit.appends().filter(takes) {
            self.append(&mut rebuilt, &append, append.expected);
        }
        rebuilt
    }

    async fn broken_commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        let store = &self.inner;
        if self.fault == Fault::ReadsTwice {
            // A reader's two reads then have commits between them.
            thread::sleep(Duration::from_micros(300));
        }
        let result = match self.fault {
            Fault::StoresInParts => {
                let (mut first, mut last) = (u64::MAX, 0);
                for append in commit.appends() {
                    let mut part = Commit::with_id(CommitId::named(&format!("{} {}", commit.id(), append.stream)));
                    self.append(&mut part, &append, append.expected);
                    let committed = store.commit(part).await?;
                    (first, last) = (first.min(committed.first), committed.last);
                    thread::sleep(Duration::from_micros(300));
                    Yield::default().await;
                }
                Ok(Committed { first, last, repeated: false })
            }
            Fault::SkipsEmptyAppends => {
                store.commit(self.rebuilt(&commit, commit.id(), |append| append.events().len() > 0)).await
            }
            Fault::ForgetsIds => store.commit(self.rebuilt(&commit, CommitId::new(), |_| true)).await,
            Fault::ForgetsMadeIds if !commit.is_given() => {
                let id = CommitId::named(&commit.id().to_string());
                store.commit(self.rebuilt(&commit, id, |_| true)).await
            }
            _ => store.commit(self.rebuilt(&commit, commit.id(), |_| true)).await,
        };
        match (self.fault, result) {
            (Fault::StoresAPart, Err(error)) => {
                let first = commit.appends().next().map(|append| append.stream.clone());
                let part = self.rebuilt(&commit, CommitId::new(), |append| Some(append.stream) == first.as_ref());
                let _ = store.commit(part).await;
                Err(error)
            }
            (Fault::CorrectsVersions, Err(CommitError::Conflict(conflict))) => {
                let mut corrected = Commit::with_id(commit.id());
                let mut versions = HashMap::from([(conflict.stream, conflict.actual)]);
                for append in commit.appends() {
                    let next = versions.entry(append.stream.clone()).or_insert(append.expected);
                    self.append(&mut corrected, &append, *next);
                    *next += append.events().len() as u64;
                }
                store.commit(corrected).await
            }
            (Fault::ChecksNothing, Err(CommitError::Conflict(_))) => {
                Ok(Committed { first: 1, last: 1, repeated: false })
            }
            (Fault::HidesRepeats, Ok(committed)) => Ok(Committed { repeated: false, ..committed }),
            (Fault::CountsFromZero, Ok(committed)) => {
                Ok(Committed { first: committed.first - 1, last: committed.last.saturating_sub(1), ..committed })
            }
            (Fault::MisplacesEmptyCommits, Ok(committed)) if commit.is_empty() => {
                Ok(Committed { first: 1, last: 0, ..committed })
            }
            (_, result) => result,
        }
    }

    fn broken_event<'e>(&self, event: StoredEvent<'e>) -> StoredEvent<'e> {
        match self.fault {
            Fault::LosesMetadata if event.version > 1 => StoredEvent { metadata: None, ..event },
            Fault::CountsFromZero => StoredEvent { position: event.position - 1, ..event },
            _ => event,
        }
    }

    fn broken_page(&self, page: Page) -> Page {
        if self.fault == Fault::HasNoMore { Page { more: false, ..page } } else { page }
    }
}

impl EventStore for Broken {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(self.broken_commit(commit))
    }

    fn read_stream<'a>(
        &'a self,
        mut read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page, ReadError>> {
        match self.fault {
            Fault::ReadsForward => read.backward = false,
            Fault::IgnoresLimits => read.limit = usize::MAX,
            Fault::SignsNumbers if i64::try_from(read.from).is_err() => read.from = 0,
            Fault::FoldsNames => read.stream = StreamId::new(read.stream.aggregate().to_lowercase(), read.stream.id()),
            _ => {}
        }
        Box::pin(async move {
            let mut altered = |event: StoredEvent<'_>| visit(self.broken_event(event));
            if self.fault == Fault::ReadsTwice && read.limit == 2 {
                self.inner.read_stream(read.clone().limit(1), &mut altered).await?;
                thread::sleep(Duration::from_micros(300));
                let mut first = true;
                let mut rest = |event: StoredEvent<'_>| {
                    if std::mem::take(&mut first) { ControlFlow::Continue(()) } else { altered(event) }
                };
                return self.inner.read_stream(read, &mut rest).await;
            }
            self.inner.read_stream(read, &mut altered).await.map(|page| self.broken_page(page))
        })
    }

    fn read_log<'a>(&'a self, mut read: LogRead, visit: &'a mut Visit<'_>) -> BoxFuture<'a, Result<Page, ReadError>> {
        if self.fault == Fault::IgnoresFilters {
            read.events.clear();
        }
        Box::pin(async move {
            let mut altered = |event: StoredEvent<'_>| visit(self.broken_event(event));
            self.inner.read_log(read, &mut altered).await.map(|page| self.broken_page(page))
        })
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        let lag = u64::from(self.fault == Fault::HeadLagsBehind);
        Box::pin(async move { self.inner.head().await.map(|head| head.saturating_sub(lag)) })
    }

    fn changed(&self, after: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        if self.fault == Fault::NeverWaits { self.inner.head() } else { self.inner.changed(after) }
    }
}

impl Harness for Broken {
    fn store(&self) -> Arc<dyn EventStore> {
        Arc::new(self.clone())
    }

    fn reopen(&mut self) {
        if self.fault == Fault::ForgetsAll {
            self.inner = MemoryStore::new();
        }
    }

    fn damage(&mut self, position: Position) {
        if self.fault != Fault::OverlooksDamage {
            self.inner.damage(position);
        }
    }
}

/// Not ready when it is asked first.
#[derive(Default)]
struct Yield {
    asked: bool,
}

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.asked {
            return Poll::Ready(());
        }
        self.asked = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
