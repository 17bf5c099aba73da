//! A page of one stream in two steps: its rows are copied while the connection is in use, and decoded afterwards.
//!
//! For the connection for writing, which others wait for, and for visitors, which may not run while it is in use. A copy of the bytes costs less
//! than one of each event.

use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::error::ReadFailure;
use crate::store::sqlite::format::body::{Places, Unverified, name_and_link};
use crate::store::sqlite::format::names::Name;
use crate::store::sqlite::format::row::place;
use crate::store::sqlite::read;
use crate::store::sqlite::read::stream::Reading;
use crate::store::{Page, StreamRead, Visit};
use crate::stream::{Position, Version};

/// Room is made for so many rows at once, with bodies of so many bytes at most.
const RESERVED: usize = 128;
const BODY: usize = 256;

/// The rows of a page that is read forward.
#[derive(Debug, Default)]
pub(crate) struct CopiedRows {
    /// The checksum of the name of the stream's aggregate.
    aggregate: u32,
    /// The bodies, one after the other.
    bytes: Vec<u8>,
    copied: Vec<Copied>,
    /// The names of the events, each once, with its id.
    names: Vec<(i64, Name)>,
    /// Whether there may be more after them.
    more: bool,
}

#[derive(Debug)]
struct Copied {
    /// Where its body ends; that of the next begins there.
    end: usize,
    /// Where it stands; not looked at where the link says so.
    position: Position,
    /// Index of its name.
    name: usize,
}

/// How far the rows of a page were visited.
#[derive(Debug)]
pub(crate) struct Visited {
    pub(crate) page: Page<Version>,
    /// How many rows were visited.
    pub(crate) count: usize,
    pub(crate) ended: Ended,
}

/// Why no more rows were visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    All,
    /// By the visitor.
    BrokenOff,
    /// At an event that is not what was stored: to be read the usual way, which says what is wrong.
    AtUnsound,
}

impl CopiedRows {
    /// Copies at most so many rows, up to the one that takes their bytes to the bound of a page.
    pub(crate) fn copy(reader: &mut Reader, read: &StreamRead, limit: usize) -> Result<Self, ReadFailure> {
        let mut copy = Self::default();
        let Some(reading) = Reading::new(reader, read)? else { return Ok(copy) };
        copy.aggregate = reading.aggregate.checksum;
        let Reader { conn, names } = reader;
        let mut statement = reading.statement(conn)?;
        let mut rows = reading.rows(&mut statement)?;
        let mut version = read.from.max(Version::new(1));
        while version <= read.to {
            let Some(row) = rows.next()? else { break };
            if copy.copied.len() == limit.max(1) || copy.is_full() {
                copy.more = true;
                break;
            }
            // A row that is not an event is copied too: visiting finds it.
            let body = row.get_ref(1)?.as_blob().unwrap_or_default();
            if copy.copied.is_empty() {
                copy.copied.reserve(limit.min(RESERVED));
                copy.bytes.reserve(limit.min(RESERVED) * (body.len() + body.len() / 2).min(BODY));
            }
            let (name, is_linked) = name_and_link(body).unzip();
            names.look_up(conn, name)?;
            let position =
                if copy.copied.is_empty() || is_linked != Some(true) { place(row, 0) } else { Position::default() };
            let name = name.and_then(|id| Some(copy.name(id, names.get(id)?))).unwrap_or(usize::MAX);
            copy.bytes.extend_from_slice(body);
            copy.copied.push(Copied { end: copy.bytes.len(), position, name });
            version += 1;
        }
        if copy.copied.is_empty() && read.from <= 1 {
            reading.check_absent(conn)?;
        }
        Ok(copy)
    }

    /// Whether the bytes of a page are at their bound.
    pub(crate) const fn is_full(&self) -> bool {
        read::is_full(self.copied.len(), self.bytes.len())
    }

    fn name(&mut self, id: i64, name: &Name) -> usize {
        let known = self.names.iter().position(|(known, _)| *known == id);
        known.unwrap_or_else(|| {
            self.names.push((id, name.clone()));
            self.names.len() - 1
        })
    }

    /// Visits the events.
    pub(crate) fn visit(&self, read: &StreamRead, visit: &mut Visit<'_>) -> Visited {
        let mut page = Page { reached: Version::default(), more: self.more };
        let (mut start, mut before): (_, Option<Position>) = (0, None);
        for (count, row) in self.copied.iter().enumerate() {
            let version = read.from.max(Version::new(1)) + count as u64;
            let unsound = Visited { page, count, ended: Ended::AtUnsound };
            let unverified = self.bytes.get(start..row.end).and_then(Unverified::take);
            let (Some(unverified), Some((_, name))) = (unverified, self.names.get(row.name)) else { return unsound };
            // The link says where it stands, and the checksum whether that is so.
            let linked = unverified.body.link.and_then(|link| Some(before?.saturating_add(link)));
            let position = linked.unwrap_or(row.position);
            let (aggregate, id) = (self.aggregate, read.stream.id());
            let places = Places { aggregate, id, version, position, name: name.checksum };
            let Some(body) = unverified.verify(&places) else { return unsound };
            (start, before, page.reached) = (row.end, Some(position), version);
            if visit(body.event(position, &read.stream, version, &name.text)).is_break() {
                page.more = true;
                return Visited { page, count: count + 1, ended: Ended::BrokenOff };
            }
        }
        Visited { page, count: self.copied.len(), ended: Ended::All }
    }
}
