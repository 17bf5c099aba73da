//! Snapshots: when the state of an aggregate is stored beside its events, and how. One is only ever a cache: whatever is wrong with it, the
//! state is folded from the events.

mod fingerprint;

use serde::de::DeserializeSeed;
use serde::{Deserializer, Serialize, Serializer};
use uuid::Uuid;

use self::fingerprint::fingerprint;
pub use crate::aggregate::SnapshotSupport;
use crate::aggregate::{Aggregate, Id, Root, has_twin, stream_of};
use crate::codec;
use crate::error::BoxError;
use crate::schema::Field;
use crate::store::{EventStore, Limits, SnapshotRead, StoredEvent, StoredSnapshot, checksum_of};
use crate::stream::{StreamId, Version};

/// An aggregate whose state can be stored beside its events, so that loading it reads only the events since.
///
/// `#[aggregate(snapshot_every = 100)]` writes it and makes a save that passes a hundredth event store a snapshot with it;
/// `#[aggregate(snapshot)]` writes it for snapshots that are taken [on demand](crate::Repository::take_snapshot) only. By hand it comes with
/// `const SNAPSHOTS: Option<SnapshotSupport<Self>> = Some(SnapshotSupport::new())` in the aggregate.
///
/// A snapshot is read by code of the same fingerprint only: the same fields of the state, with their types and the types in them, the same
/// events at the same versions, the same upcasters and [`Apply::REVISION`](crate::Apply::REVISION). Of any other, of a damaged one and of
/// one that its stream has not come to, a `tracing` warning is given, and the state is folded from the events; the next save then stores
/// another, whatever the version.
///
/// ```
/// use eventsourcing::prelude::*;
///
/// #[derive(Aggregate)]
/// #[aggregate(snapshot_every = 2)]
/// struct Meter {
///     root: Root<Self>,
///     total: u64,
/// }
///
/// #[events]
/// impl Meter {
///     #[event(Installed)]
///     fn install() -> Self {
///         Self { root: Root::new(), total: 0 }
///     }
///
///     #[event(Measured)]
///     fn measure(&mut self, used: u64) {
///         self.total += used;
///     }
/// }
///
/// let meters = Repository::<Meter>::new(MemoryStore::new()).blocking();
/// let mut meter = Meter::install();
/// (1..=4).for_each(|used| meter.measure(used));
/// meters.save(&mut meter)?; // with a snapshot at version 5
/// assert_eq!(meters.get(meter.id())?.total, 10);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no snapshots",
    label = "not an aggregate with snapshots",
    note = "write `#[aggregate(snapshot)]` on the struct, or `#[aggregate(snapshot_every = 100)]`"
)]
pub trait Snapshot: Aggregate {
    /// After how many events a save stores a snapshot, at least 1; `None` if only on demand.
    const EVERY: Option<u64>;

    /// The fields of the state: all but the root.
    const FIELDS: &'static [Field];

    /// Writes the state, as an object of its fields.
    ///
    /// # Errors
    ///
    /// The serializer's. No snapshot is then stored.
    fn serialize_state<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads a state that was written by [`serialize_state`](Self::serialize_state), around this root.
    ///
    /// # Errors
    ///
    /// The deserializer's. The state is then folded from the events.
    fn deserialize_state<'de, D: Deserializer<'de>>(root: Root<Self>, deserializer: D) -> Result<Self, D::Error>;

    /// The name of a field in which a state that was read back from this one is another. What differs when it is written again is found without
    /// it, as of [`Event::differing_field`](crate::Event::differing_field).
    fn differing_field(&self, read: &Self) -> Option<&'static str> {
        let _ = read;
        None
    }
}

impl<A: Snapshot> SnapshotSupport<A> {
    /// As the aggregate says.
    #[expect(clippy::new_without_default, reason = "it stands in a constant")]
    #[must_use]
    pub const fn new() -> Self {
        Self {
            every: A::EVERY,
            fields: A::FIELDS,
            cut: write_state,
            restore: |root, state| Ok(codec::decode_state(Around(root), state)?),
        }
    }
}

/// Writes the state of an aggregate to the end of `bytes`; an error if what is written does not read as that state.
fn write_state<A: Snapshot>(aggregate: &A, bytes: &mut Vec<u8>) -> Result<(), BoxError> {
    let start = bytes.len();
    codec::encode_state(&StateOf(aggregate), bytes)?;
    let root = Root::with_id(aggregate.id());
    let read: A = codec::decode_state(Around(root), bytes.get(start..).unwrap_or_default())?;
    codec::verify_state(&StateOf(aggregate), &StateOf(&read), aggregate.differing_field(&read))?;
    Ok(())
}

/// The state of an aggregate, to be written.
struct StateOf<'a, A>(&'a A);

impl<A: Snapshot> Serialize for StateOf<'_, A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_state(serializer)
    }
}

/// The root of an aggregate, whose state is to be read.
struct Around<A>(Root<A>);

impl<'de, A: Snapshot> DeserializeSeed<'de> for Around<A> {
    type Value = A;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<A, D::Error> {
        A::deserialize_state(self.0, deserializer)
    }
}

/// A state that was restored, to be verified by the event that is stored at its version.
pub(crate) struct Restored<A> {
    pub(crate) aggregate: A,
    /// The same state once more, if what is saved is compared.
    pub(crate) twin: Option<A>,
    pub(crate) version: Version,
    event: u32,
}

impl<A> Restored<A> {
    /// Whether this is the event that the snapshot was cut after.
    pub(crate) fn is_cut_after(&self, stored: &StoredEvent<'_>) -> bool {
        stored.version == self.version
            && event_checksum(stored.name, stored.schema_version, stored.payload) == self.event
    }
}

/// The checksum and the event's: what stands before the state.
const HEAD: usize = 8;

/// Whether a snapshot is to be stored with events that bring an aggregate from one version to another.
pub(crate) fn is_due<A: Aggregate>(snapshots: &SnapshotSupport<A>, from: Version, to: Version) -> bool {
    snapshots.every.is_some_and(|every| from.get() / every.max(1) < to.get() / every.max(1))
}

/// The snapshot of an aggregate at the version that it is at, after this event; `event` is its [`event_checksum`].
pub(crate) fn cut<A: Aggregate>(
    snapshots: &SnapshotSupport<A>,
    aggregate: &A,
    event: u32,
) -> Result<StoredSnapshot, BoxError> {
    let (stream, version) = (stream_of(aggregate.id()), aggregate.version());
    let fingerprint = fingerprint(snapshots);
    let mut state = vec![0; HEAD];
    (snapshots.cut)(aggregate, &mut state)?;
    if state.len() > Limits::MAX.max_commit_bytes {
        return Err(
            format!("the state has {} bytes; at most {} are kept", state.len(), Limits::MAX.max_commit_bytes).into()
        );
    }
    let checksum = state_checksum(&stream, version, fingerprint, event, state.get(HEAD..).unwrap_or_default());
    if let Some((first, second)) = state.get_mut(..HEAD).and_then(|head| head.split_at_mut_checked(HEAD / 2)) {
        first.copy_from_slice(&checksum.to_le_bytes());
        second.copy_from_slice(&event.to_le_bytes());
    }
    Ok(StoredSnapshot { stream, version, fingerprint, state })
}

/// The latest snapshot of an aggregate up to a version.
pub(crate) enum Latest<A> {
    None,
    /// There is one, and it is not to be used.
    Ignored,
    Restored(Restored<A>),
}

/// Looks for the latest snapshot of an aggregate up to a version.
pub(crate) async fn latest<A: Aggregate>(
    store: &dyn EventStore,
    snapshots: &SnapshotSupport<A>,
    id: Id<A>,
    to: Version,
) -> Latest<A> {
    let stream = stream_of(id);
    let Some(kept) = store.snapshots() else { return Latest::None };
    let (version, why) = match kept.read_snapshot(SnapshotRead::new(stream.clone()).up_to(to)).await {
        Ok(None) => return Latest::None,
        Ok(Some(found)) => match restore(snapshots, id, &found) {
            Ok(restored) => return Latest::Restored(restored),
            Err(error) => (Some(found.version), error),
        },
        Err(error) => (None, error.into()),
    };
    ignored(&stream, version, &*why);
    Latest::Ignored
}

fn restore<A: Aggregate>(
    snapshots: &SnapshotSupport<A>,
    id: Id<A>,
    found: &StoredSnapshot,
) -> Result<Restored<A>, BoxError> {
    if found.fingerprint != fingerprint(snapshots) {
        return Err("other code has cut it".into());
    }
    let damaged = || BoxError::from("it is damaged");
    let (checksum, rest) = found.state.split_first_chunk().ok_or_else(damaged)?;
    let (event, state) = rest.split_first_chunk().ok_or_else(damaged)?;
    let event = u32::from_le_bytes(*event);
    if u32::from_le_bytes(*checksum) != state_checksum(&stream_of(id), found.version, found.fingerprint, event, state) {
        return Err(damaged());
    }
    let aggregate = (snapshots.restore)(Root::with_id(id), state)?;
    let twin = if has_twin::<A>() { (snapshots.restore)(Root::with_id(id), state).ok() } else { None };
    Ok(Restored { aggregate, twin, version: found.version, event })
}

/// Says that a snapshot was not used, and why.
pub(crate) fn ignored(stream: &StreamId, version: Option<Version>, why: &dyn std::fmt::Display) {
    tracing::warn!(%stream, version = version.map(Version::get), %why, "a snapshot is ignored; the state is folded from the events");
}

/// Says that a snapshot was not taken, and why.
pub(crate) fn not_taken(stream: &StreamId, version: Version, why: &dyn std::fmt::Display) {
    tracing::warn!(%stream, version = version.get(), %why, "no snapshot is taken");
}

/// What tells an event from another that might stand in its place.
pub(crate) fn event_checksum(name: &str, schema_version: u32, payload: &[u8]) -> u32 {
    checksum_of([name.as_bytes(), &schema_version.to_le_bytes(), payload])
}

fn state_checksum(stream: &StreamId, version: Version, fingerprint: Uuid, event: u32, state: &[u8]) -> u32 {
    let (id, version, event) = (stream.id(), version.get().to_le_bytes(), event.to_le_bytes());
    checksum_of([stream.aggregate().as_bytes(), id.as_bytes(), &version, fingerprint.as_bytes(), &event, state])
}
