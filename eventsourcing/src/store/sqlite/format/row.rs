//! A row of `events`, as the event that it is; or as damaged.

use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use crate::error::EventLocation;
use crate::store::StoredEvent;
use crate::store::sqlite::error::ReadFailure;
use crate::store::sqlite::format::body::{Places, Unverified, name_of};
use crate::store::sqlite::format::names::{Name, Names};
use crate::store::sqlite::format::numbers::to_sql_or_end;
use crate::store::sqlite::format::stream_key::StreamKey;
use crate::stream::{Position, StreamId, Version};

const BODY: &str = "SELECT body FROM events WHERE position = ?1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[BODY];

/// Stands for the name of an aggregate that cannot be read.
const UNREADABLE: &str = "?";

/// What a row says; to be believed once its checksum was verified.
#[derive(Debug)]
pub(crate) struct FoundRow<'r> {
    pub(crate) position: Position,
    pub(crate) version: Version,
    pub(crate) name: Option<i64>,
    pub(crate) body: Option<&'r [u8]>,
}

impl<'r> FoundRow<'r> {
    #[inline]
    fn new(position: Position, version: Version, body: Option<&'r [u8]>) -> Self {
        Self { position, version, name: body.and_then(name_of), body }
    }

    /// A row of position and body, at the version where it is looked for.
    #[inline]
    pub(crate) fn in_stream(row: &'r Row<'_>, version: Version) -> Self {
        Self::new(place(row, 0), version, blob(row, 1))
    }

    /// A row of version and body, at the position where it is looked for.
    #[inline]
    pub(crate) fn in_log(row: &'r Row<'_>, position: Position) -> Self {
        Self::new(position, place(row, 0), blob(row, 1))
    }

    /// The event itself, if all of it is there and its checksum fits. `aggregate` is the checksum of the name of its stream's aggregate.
    #[inline]
    pub(crate) fn verify(&self, aggregate: u32, stream: &'r StreamId, name: &'r Name) -> Option<StoredEvent<'r>> {
        let (position, version) = (self.position, self.version);
        let places = Places { aggregate, id: stream.id(), version, position, name: name.checksum };
        let body = *Unverified::take(self.body?)?.verify(&places)?;
        Some(body.event(position, stream, version, &name.text))
    }

    /// The failure of reading it, because it is damaged.
    pub(crate) fn damaged(&self, stream: StreamId) -> ReadFailure {
        ReadFailure::Damaged(EventLocation { stream, version: self.version, position: self.position })
    }
}

/// Whose event a row says that it is: the column of a query of the log after those of [`FoundRow`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) aggregate: Option<i64>,
    pub(crate) id: Option<Uuid>,
}

impl Owner {
    #[inline]
    pub(crate) fn from_row(row: &Row<'_>) -> Self {
        let (aggregate, id) = StreamKey::parts(blob(row, 2).unwrap_or_default());
        Self { aggregate, id }
    }

    /// The stream that it names. What cannot be read of it is `?` or the nil UUID.
    pub(crate) fn stream(self, names: &Names) -> StreamId {
        let name = self.aggregate.and_then(|aggregate| names.get(aggregate));
        let name = name.map_or(UNREADABLE, |name| &name.text);
        StreamId::new(name.to_owned(), self.id.unwrap_or_default())
    }
}

/// Reads something of the bytes of the event at a position; `None` if there is no event, or it cannot be read.
pub(crate) fn read_body<T>(
    conn: &Connection,
    position: Position,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> rusqlite::Result<Option<T>> {
    let body = |row: &Row<'_>| Ok(blob(row, 0).and_then(read));
    Ok(conn.prepare_cached(BODY)?.query_row([to_sql_or_end(position)], body).optional()?.flatten())
}

/// A position or a version; 0, where nothing ever stands, if it cannot be read.
#[inline]
pub(crate) fn place<N: From<u64>>(row: &Row<'_>, column: usize) -> N {
    let place = row.get_ref(column).ok().and_then(|value| value.as_i64().ok());
    place.and_then(|place| u64::try_from(place).ok()).unwrap_or(0).into()
}

#[inline]
fn blob<'r>(row: &'r Row<'_>, column: usize) -> Option<&'r [u8]> {
    row.get_ref(column).ok()?.as_blob().ok()
}
