//! Closing a store: its WAL is taken into the file, or the error says why it could not be.

use crate::error::StoreError;
use crate::store::sqlite::commit::writing::Writing;
use crate::store::sqlite::engine::Engine;
use crate::store::sqlite::engine::access::{Access, Writable};
use crate::store::sqlite::error::Cause;
use crate::store::sqlite::error::meaning::meaning;

impl Engine {
    /// Takes the WAL into the file and closes all connections, after the last call.
    pub(crate) fn close(&self) -> Result<(), StoreError> {
        match &self.access {
            Access::Write(writable) => {
                let closed = self.close_writable(writable);
                writable.end_share();
                closed
            }
            Access::ReadOnly(read_only) => {
                read_only.close();
                Ok(())
            }
        }
    }

    fn close_writable(&self, writable: &Writable) -> Result<(), StoreError> {
        let Writable { readers, committer, .. } = writable;
        readers.close();
        let (reopened, writer) = committer.with_lead(|writing| {
            let is_damaged = committer.damage().is_some();
            let reopened = if is_damaged { Ok(()) } else { self.reopen_to_close(writing) };
            (reopened, writing.close())
        });
        if let Some(damage) = committer.damage() {
            // What is in the files may be needed to repair them: all stay as they are.
            return Err(damage.clone());
        }
        reopened?;
        let Some(writer) = writer else { return Ok(()) };
        if writer.side_files.as_ref().is_some_and(|files| files.is_in_doubt) {
            return Err(self.origin.unsettled());
        }
        writer.close().map_err(|error| self.origin.wal_left(meaning(&error).kind).caused_by(Cause::new(error)))
    }

    /// Opens the file again if its connection was given up.
    fn reopen_to_close(&self, writing: &mut Writing) -> Result<(), StoreError> {
        let (is_given_up, is_in_doubt) = (writing.is_given_up(), writing.is_in_doubt());
        match writing.ready(&self.origin, &self.settings) {
            Err(error) if is_in_doubt => Err(self.origin.unsettled().caused_by(error)),
            Err(error) if is_given_up => Err(self.origin.wal_left(error.kind()).caused_by(error)),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}
