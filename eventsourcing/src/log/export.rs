//! Writing the log elsewhere, as it is stored.

use std::fmt::Display;
use std::io;

use crate::codec::{is_json_line, json_text};
use crate::error::ExportError;
use crate::log::LogReader;
use crate::store::StoredEvent;
use crate::stream::Position;

impl<E> LogReader<E> {
    /// Writes what is left of the log, a JSON object on a line for each stored event, and returns the position that it has come to.
    ///
    /// `payload` is byte for byte what is stored, of known events and of those that are [kept](crate::log::OnUnknown::Keep); beside it stand
    /// `position`, `aggregate`, `id`, `version`, `event`, `schema_version`, `recorded_at` (microseconds since 1970 UTC) and, where there
    /// is any, `metadata`. Events that the reader skips are not written, and one that it refuses ends the export before it.
    ///
    /// # Errors
    ///
    /// By [`ExportError`]; the lines of the events before were written.
    ///
    /// # Cancel safety
    ///
    /// What was written of a page stays written when the future is dropped.
    pub async fn export(mut self, out: &mut (dyn io::Write + Send)) -> Result<Position, ExportError> {
        let mut line = Vec::new();
        self.visit_all(|stored| {
            line.clear();
            if !write_line(stored, &mut line) {
                return Err(ExportError::NotALine(stored.location()));
            }
            out.write_all(&line).map_err(ExportError::Write)
        })
        .await?;
        out.flush().map_err(ExportError::Write)?;
        Ok(self.position())
    }
}

/// Writes a stored event as a line of JSON, with its payload as it is stored; not if that is something else than JSON on one line.
fn write_line(stored: &StoredEvent<'_>, line: &mut Vec<u8>) -> bool {
    if !is_json_line(stored.payload) || !stored.metadata.is_none_or(is_json_line) {
        return false;
    }
    line.push(b'{');
    field(line, "position", stored.position);
    field(line, "aggregate", json_text(stored.stream.aggregate()));
    field(line, "id", json_text(&stored.stream.id().to_string()));
    field(line, "version", stored.version);
    field(line, "event", json_text(stored.name));
    field(line, "schema_version", stored.schema_version);
    field(line, "recorded_at", stored.recorded_at);
    if let Some(metadata) = stored.metadata {
        line.extend_from_slice(b"\"metadata\":");
        line.extend_from_slice(metadata);
        line.push(b',');
    }
    line.extend_from_slice(b"\"payload\":");
    line.extend_from_slice(stored.payload);
    line.extend_from_slice(b"}\n");
    true
}

fn field(line: &mut Vec<u8>, name: &str, value: impl Display) {
    line.extend_from_slice(format!("\"{name}\":{value},").as_bytes());
}
