//! Views in SQL, as a kind of views that a runner brings up to date.

use std::marker::PhantomData;

use crate::error::ViewError;
use crate::runner::registered_view::{Begun, ViewKind};
use crate::view::sql::SqlFold;
use crate::view::sqlite::SqlStorage;
use crate::view::{Batch, FoldLimits, Generation, Lineage, Parked, SourceKind, SqlProjection};

/// Views in SQL.
pub(in crate::runner) struct SqlViewKind<P>(PhantomData<fn() -> P>);

impl<P: SqlProjection> ViewKind for SqlViewKind<P> {
    type View = P;
    type Fold = SqlFold<P>;
    type Storage = SqlStorage<P>;

    const VERSION: u32 = P::VERSION;

    fn kinds() -> Vec<SourceKind> {
        P::SOURCES.iter().map(|source| source.kind).collect()
    }

    fn lineage(storage: &SqlStorage<P>) -> &dyn Lineage {
        storage.lineage()
    }

    fn parked(storage: &SqlStorage<P>) -> Result<Vec<Parked<String>>, ViewError> {
        Ok(storage.parked()?.into_iter().map(|row| row.with_key(|key| key.as_str().to_owned())).collect())
    }

    fn begin(
        storage: &SqlStorage<P>,
        generation: Generation,
        batch: &mut Batch,
        limits: FoldLimits,
    ) -> Begun<SqlFold<P>> {
        let mut table = storage.table(generation)?;
        Ok((SqlFold::new(&mut *table, batch, limits)?, table))
    }
}
