//! A row of `events`, as the event that it is; or as damaged.

use rusqlite::Row;
use uuid::Uuid;

use crate::error::Place;
use crate::store::sqlite::failure::Fault;
use crate::store::sqlite::names::Names;
use crate::store::{StoredEvent, checksum};
use crate::stream::{CommitId, Position, StreamId, Version};

/// What a damaged aggregate is called where its name should stand.
const UNREADABLE: &str = "?";

/// The columns of a query that reads events.
macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "SELECT position, aggregate, id, version, name, schema_version, recorded_at, checksum, commit_id, metadata, payload FROM events ",
            $rest
        )
    };
}
pub(super) use select_events;

/// Where an event says that it stands; to be believed once its checksum was verified.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) position: Position,
    pub(super) aggregate: Option<i64>,
    pub(super) id: Option<Uuid>,
    pub(super) version: Option<Version>,
    pub(super) name: Option<i64>,
}

impl Found {
    /// Reads the places of an event, and only them. The position is the rowid, which always is a number.
    pub(super) fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        let position = row.get(0)?;
        Ok(Self {
            position: u64::try_from(position).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, position))?,
            aggregate: integer(row, 1),
            id: blob(row, 2).and_then(|bytes| Uuid::from_slice(bytes).ok()),
            version: integer(row, 3).and_then(|version| u64::try_from(version).ok()),
            name: integer(row, 4),
        })
    }

    /// The name of its aggregate, if it is there to be read.
    pub(super) fn aggregate<'n>(&self, names: &'n Names) -> Option<&'n str> {
        names.get(self.aggregate?)
    }

    /// Its own name, if it is there to be read.
    pub(super) fn name<'n>(&self, names: &'n Names) -> Option<&'n str> {
        names.get(self.name?)
    }

    /// That it is damaged. What cannot be read of its place is `?`, the nil UUID or 0.
    pub(super) fn damaged(&self, names: &Names) -> Fault {
        let aggregate = self.aggregate(names).unwrap_or(UNREADABLE).to_owned();
        let stream = StreamId::new(aggregate, self.id.unwrap_or_default());
        Fault::Damaged(Place { stream, version: self.version.unwrap_or(0), position: self.position })
    }

    /// The event itself, if all of it is there and its checksum fits.
    pub(super) fn sound<'r>(
        &self,
        row: &'r Row<'_>,
        stream: &'r StreamId,
        names: &'r Names,
    ) -> Option<StoredEvent<'r>> {
        let commit = optional_blob(row, 8).ok()?.map(Uuid::from_slice).transpose().ok()?;
        let event = StoredEvent {
            position: self.position,
            stream,
            version: self.version?,
            name: self.name(names)?,
            schema_version: integer(row, 5).and_then(|version| u32::try_from(version).ok())?,
            payload: blob(row, 10)?,
            metadata: optional_blob(row, 9).ok()?,
            recorded_at: integer(row, 6)?,
        };
        (integer(row, 7)? == checksum_to_sql(checksum(&event, commit.map(CommitId::from)))).then_some(event)
    }
}

/// A checksum as it is stored.
pub(super) fn checksum_to_sql(checksum: u32) -> i64 {
    checksum.cast_signed().into()
}

fn integer(row: &Row<'_>, column: usize) -> Option<i64> {
    row.get_ref(column).ok()?.as_i64().ok()
}

fn blob<'r>(row: &'r Row<'_>, column: usize) -> Option<&'r [u8]> {
    row.get_ref(column).ok()?.as_blob().ok()
}

fn optional_blob<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<Option<&'r [u8]>> {
    Ok(row.get_ref(column)?.as_blob_or_null()?)
}
