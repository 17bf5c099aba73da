//! Where the tables of a view are kept: what a projection in SQL asks of the file of a generation.

use rusqlite::Connection;

use super::SqlKey;
use crate::error::ViewError;
use crate::view::GenerationTable;

/// The database of one generation of a view, for its writer.
pub(crate) trait SqlTable: GenerationTable<SqlKey> {
    /// The connection that writes.
    fn connection(&mut self) -> &mut Connection;

    /// What an error of the connection is for the view.
    fn failed(&self, error: rusqlite::Error) -> ViewError;

    /// Whether it has no tables of the projection yet.
    fn is_new(&mut self) -> Result<bool, ViewError>;

    /// Commits the tables of the projection.
    fn commit_new(&mut self) -> Result<(), ViewError>;
}
