//! Views in SQL, as a kind of views that a runner brings up to date.

use std::marker::PhantomData;

use crate::runner::kept::{Begun, ViewKind};
use crate::view::sql::SqlFold;
use crate::view::sqlite::SqlHome;
use crate::view::{Batch, FoldLimits, Generation, Lineage, SqlProjection};

/// Views in SQL.
pub(in crate::runner) struct OfSql<P>(PhantomData<fn() -> P>);

impl<P: SqlProjection> ViewKind for OfSql<P> {
    type View = P;
    type Fold = SqlFold<P>;
    type Home = SqlHome<P>;

    const VERSION: u32 = P::VERSION;

    fn lineage(home: &SqlHome<P>) -> &dyn Lineage {
        home.lineage()
    }

    fn begin(home: &SqlHome<P>, generation: Generation, batch: &mut Batch, limits: FoldLimits) -> Begun<SqlFold<P>> {
        let mut table = home.table(generation)?;
        Ok((SqlFold::new(&mut *table, batch, limits)?, table))
    }
}
