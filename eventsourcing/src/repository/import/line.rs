//! The lines of an import.

use std::io::{BufRead, Read as _};

use crate::codec::Exported;
use crate::error::{ImportError, ImportLineError};
use crate::store::{Limits, StoredEvent};
use crate::stream::{Position, StreamId, Version};

/// The most bytes of a line: of payload and metadata, and of names and numbers, each byte of a name escaped.
const LINE: usize =
    Limits::MAX.max_payload_bytes + Limits::MAX.max_metadata_bytes + 2 * 6 * Limits::MAX.max_name_bytes + 1024;

/// An event as a line has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// Counted from 1.
    pub(super) number: u64,
    /// Where it stood in the store that was exported, if it says that.
    position: Option<Position>,
    pub(super) stream: StreamId,
    pub(super) version: Version,
    pub(super) event: String,
    pub(super) schema_version: u32,
    pub(super) recorded_at: i64,
    pub(super) metadata: Option<Vec<u8>>,
    pub(super) payload: Vec<u8>,
}

impl Line {
    fn parse(number: u64, text: &[u8]) -> Result<Self, ImportLineError> {
        let object = Exported::parse(text).map_err(ImportLineError::Json)?;
        // An export has both from 1 on.
        if object.version == 0 || object.schema_version == 0 {
            return Err(ImportLineError::ZeroVersion);
        }
        Ok(Self {
            number,
            position: object.position,
            metadata: object.metadata.map(<[u8]>::to_vec),
            payload: object.payload.to_vec(),
            stream: StreamId::new(object.aggregate, object.id),
            version: object.version,
            event: object.event,
            schema_version: object.schema_version,
            recorded_at: object.recorded_at,
        })
    }

    /// The event as it will be stored. Its position is given only then.
    pub(super) fn as_stored(&self) -> StoredEvent<'_> {
        StoredEvent {
            position: Position::default(),
            stream: &self.stream,
            version: self.version,
            name: &self.event,
            schema_version: self.schema_version,
            payload: &self.payload,
            metadata: self.metadata.as_deref(),
            recorded_at: self.recorded_at,
        }
    }

    /// What it takes of the bytes of a commit.
    pub(super) fn bytes(&self) -> usize {
        self.payload.len() + self.metadata.as_ref().map_or(0, Vec::len)
    }

    /// Whether the store has what the line says.
    pub(super) fn is_stored(&self, stored: &StoredEvent<'_>) -> bool {
        StoredEvent { position: stored.position, ..self.as_stored() } == *stored
    }

    /// Whether the other says the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let event = |line: &Self| Self { number: 0, position: None, ..line.clone() };
        event(other) == event(self)
    }

    /// That this line cannot be imported.
    pub(super) fn is_wrong(&self, error: ImportLineError) -> ImportError {
        ImportError::line(self.number, error)
    }

    /// Whether the line says at this position what it says: a journal names positions of events, which are those of one store.
    pub(super) fn check_position(&self, next: Position) -> Result<(), ImportError> {
        if !self.stream.is_journal() || self.position == Some(next) {
            return Ok(());
        }
        let (stream, position) = (self.stream.clone(), self.position.unwrap_or_default());
        Err(self.is_wrong(ImportLineError::OtherPosition { stream, position, next }))
    }

    /// Whether the other is the next event of the same stream.
    pub(super) fn is_followed_by(&self, next: &Self) -> bool {
        self.version < next.version && self.version.next() == next.version && self.stream == next.stream
    }
}

/// Takes lines out of what is read.
pub(super) struct Lines<'a> {
    input: &'a mut (dyn BufRead + Send),
    text: Vec<u8>,
    number: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(input: &'a mut (dyn BufRead + Send)) -> Self {
        Self { input, text: Vec::new(), number: 0 }
    }

    /// The next line that is not blank.
    pub(super) fn next(&mut self) -> Result<Option<Line>, ImportError> {
        loop {
            self.number += 1;
            self.text.clear();
            let read = (&mut *self.input).take(LINE as u64 + 1).read_until(b'\n', &mut self.text);
            if read.map_err(|source| ImportError::Read { line: self.number, source })? == 0 {
                return Ok(None);
            }
            let wrong = |error| ImportError::line(self.number, error);
            if self.text.len() > LINE {
                return Err(wrong(ImportLineError::TooLong { limit: LINE }));
            }
            if !self.text.trim_ascii().is_empty() {
                return Line::parse(self.number, &self.text).map(Some).map_err(wrong);
            }
        }
    }
}
