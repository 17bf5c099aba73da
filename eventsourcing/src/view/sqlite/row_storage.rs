//! The generations of a view of rows in its folder.

use std::any::Any;
use std::sync::Arc;

use rusqlite::{Connection, Params};

use crate::error::ViewError;
use crate::view::sqlite::folder::{Code, Folder};
use crate::view::sqlite::generation::GenerationFile;
use crate::view::sqlite::lineage::FolderLineage;
use crate::view::sqlite::reader::SqliteReader;
use crate::view::sqlite::snapshot::SqliteSnapshot;
use crate::view::sqlite::statements::Statements;
use crate::view::sqlite::table::SqliteTable;
use crate::view::{
    ColumnType, Freshness, Generation, Lineage, Projection, RowReader, RowSnapshot, RowStorage, Table, View,
};

/// The generations of a view of rows in its folder.
pub(crate) struct SqliteRowStorage<V: View> {
    lineage: FolderLineage<SqliteReader<V>>,
}

impl<P: Projection> SqliteRowStorage<P> {
    pub(crate) fn new(folder: Arc<Folder>) -> Self {
        let code = Code { view: P::NAME, version: P::VERSION, fingerprint: fingerprint::<P>() };
        Self { lineage: FolderLineage::new(folder, code, SqliteReader::open) }
    }

    /// The rows that fulfil conditions in SQL.
    pub(crate) fn query(&self, conditions: &str, parameters: impl Params) -> Result<Vec<P>, ViewError> {
        self.lineage.reader(Freshness::Recent)?.query(conditions, parameters)
    }

    /// A connection that reads the generation which is shown.
    pub(crate) fn connect(&self) -> Result<Connection, ViewError> {
        self.lineage.reader(Freshness::Latest)?.connect()
    }
}

impl<P: Projection> RowStorage<P> for SqliteRowStorage<P> {
    fn lineage(&self) -> &dyn Lineage {
        &self.lineage
    }

    fn shown(&self, freshness: Freshness) -> Result<Arc<dyn RowReader<P>>, ViewError> {
        Ok(self.lineage.reader(freshness)? as Arc<dyn RowReader<P>>)
    }

    fn table(&self, generation: Generation) -> Result<Box<dyn Table<P>>, ViewError> {
        let path = self.lineage.file_of(generation);
        let make = |conn: &Connection| conn.execute_batch(&Statements::<P>::create());
        let file = GenerationFile::open(P::NAME, path, self.lineage.lease(), make)?;
        Ok(Box::new(SqliteTable::new(file, Statements::<P>::new())))
    }

    fn snapshot_active(&self) -> Result<Box<dyn RowSnapshot + Send>, ViewError> {
        self.snapshot(self.lineage.active()?)
    }

    fn snapshot(&self, generation: Generation) -> Result<Box<dyn RowSnapshot + Send>, ViewError> {
        Ok(Box::new(self.lineage.open_generation(generation, SqliteSnapshot::open)?))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A number that differs where the columns do (FNV-1a, 64 bits).
fn fingerprint<V: View>() -> i64 {
    let mut text = String::new();
    for column in V::COLUMNS {
        use std::fmt::Write as _;
        let (optional, key, indexed) = (column.is_optional, column.is_key, column.is_indexed);
        _ = write!(text, "{} {} {optional} {key} {indexed};", column.name, stored_name(column.column_type));
    }
    let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, fnv).cast_signed()
}

/// Stands in files, by the number that is made of it: where it changes, all views are built again.
const fn stored_name(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Bool => "Bool",
        ColumnType::Integer => "Integer",
        ColumnType::Float => "Float",
        ColumnType::Text => "Text",
        ColumnType::Bytes => "Bytes",
        ColumnType::Uuid => "Uuid",
        ColumnType::Time => "Time",
        ColumnType::Any => "Any",
    }
}
