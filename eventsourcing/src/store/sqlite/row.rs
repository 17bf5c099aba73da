//! A row of `events`, as the event that it is; or as damaged.

use rusqlite::Row;
use uuid::Uuid;

use crate::error::Place;
use crate::store::StoredEvent;
use crate::store::sqlite::body::{Body, Places};
use crate::store::sqlite::failure::Fault;
use crate::store::sqlite::names::{Name, Names};
use crate::stream::{Position, StreamId, Version};

/// What a damaged aggregate is called where its name should stand.
const UNREADABLE: &str = "?";

/// What a row says; to be believed once its checksum was verified.
#[derive(Debug)]
pub(super) struct Found<'r> {
    pub(super) position: Position,
    pub(super) version: Version,
    pub(super) name: Option<i64>,
    pub(super) body: Option<&'r [u8]>,
}

impl<'r> Found<'r> {
    /// A row of position, name and body, at the version where it is looked for.
    #[inline]
    pub(super) fn in_stream(row: &'r Row<'_>, version: Version) -> Self {
        Self { position: place(row, 0), version, name: integer(row, 1), body: blob(row, 2) }
    }

    /// The same with the version that it says.
    #[inline]
    pub(super) fn in_stream_at(row: &'r Row<'_>) -> Self {
        Self::in_stream(row, place(row, 3))
    }

    /// A row of version, name and body, at the position where it is looked for.
    #[inline]
    pub(super) fn in_log(row: &'r Row<'_>, position: Position) -> Self {
        Self { position, version: place(row, 0), name: integer(row, 1), body: blob(row, 2) }
    }

    /// The event itself, if all of it is there and its checksum fits. `aggregate` is the checksum of the name of its stream's aggregate.
    #[inline]
    pub(super) fn sound(&self, aggregate: u32, stream: &'r StreamId, name: &'r Name) -> Option<StoredEvent<'r>> {
        let (position, version) = (self.position, self.version);
        let places = Places { aggregate, id: stream.id(), version, position, name: name.checksum };
        let body = Body::read(&places, self.body?)?;
        Some(StoredEvent {
            position,
            stream,
            version,
            name: &name.text,
            schema_version: body.schema_version,
            payload: body.payload,
            metadata: body.metadata,
            recorded_at: body.recorded_at,
        })
    }

    /// That it is damaged.
    pub(super) fn damaged(&self, stream: StreamId) -> Fault {
        Fault::Damaged(Place { stream, version: self.version, position: self.position })
    }
}

/// Whose event a row says that it is: the columns of a query of the log after those of [`Found`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) aggregate: Option<i64>,
    pub(super) id: Option<Uuid>,
}

impl Owner {
    #[inline]
    pub(super) fn of(row: &Row<'_>) -> Self {
        Self { aggregate: integer(row, 3), id: blob(row, 4).and_then(|bytes| Uuid::from_slice(bytes).ok()) }
    }

    /// The stream that it names. What cannot be read of it is `?` or the nil UUID.
    pub(super) fn stream(self, names: &Names) -> StreamId {
        let name = self.aggregate.and_then(|aggregate| names.get(aggregate));
        let name = name.map_or(UNREADABLE, |name| &name.text);
        StreamId::new(name.to_owned(), self.id.unwrap_or_default())
    }
}

/// A position or a version; 0, where nothing ever stands, if it cannot be read.
#[inline]
fn place(row: &Row<'_>, column: usize) -> u64 {
    integer(row, column).and_then(|place| u64::try_from(place).ok()).unwrap_or(0)
}

#[inline]
fn integer(row: &Row<'_>, column: usize) -> Option<i64> {
    row.get_ref(column).ok()?.as_i64().ok()
}

#[inline]
fn blob<'r>(row: &'r Row<'_>, column: usize) -> Option<&'r [u8]> {
    row.get_ref(column).ok()?.as_blob().ok()
}
