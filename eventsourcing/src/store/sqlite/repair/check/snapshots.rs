//! Snapshots against their checksums. A snapshot that cannot be found is no more than a cache that is empty.

use uuid::Uuid;

use super::{Check, Stop};
use crate::store::sqlite::format::ascent::Ascent;
use crate::store::sqlite::format::row::Owner;
use crate::store::sqlite::format::snapshots::Cut;
use crate::store::sqlite::repair::finding::Finding;

const ALL: &str = "SELECT aggregate, id, version, fingerprint, state, checksum, rowid
    FROM snapshots NOT INDEXED ORDER BY rowid";

pub(super) fn check(check: &mut Check<'_>) -> Result<(), Stop> {
    let mut statement = check.conn.prepare(ALL)?;
    let mut rows = statement.query(())?;
    let (mut ascent, mut before) = (Ascent::default(), None);
    while let Some(row) = rows.next()? {
        check.row()?;
        let rowid: i64 = row.get(6)?;
        ascent.step(before < Some(rowid))?;
        before = Some(rowid);
        let aggregate = row.get(0).ok();
        let id = row.get_ref(1)?.as_blob().ok().and_then(|id| Uuid::from_slice(id).ok());
        check.names.look_up(check.conn, aggregate)?;
        let stream = Owner { aggregate, id }.stream(check.names);
        let version = match Cut::from_row(row, 2) {
            Ok(cut) if cut.is_sound(&stream) => continue,
            Ok(cut) => cut.version,
            Err(_) => row.get(2).unwrap_or(0),
        };
        check.find(Finding::Snapshot { stream, version: u64::try_from(version).unwrap_or(0).into() });
    }
    Ok(())
}
