//! The table of names against its index, both ways.

use rusqlite::OptionalExtension;
use rusqlite::types::Value;

use super::{Check, Stop};
use crate::store::sqlite::format::ascent::Ascent;
use crate::store::sqlite::format::names::text_in;
use crate::store::sqlite::repair::finding::Finding;

const TABLE: &str = "SELECT name, id FROM names NOT INDEXED ORDER BY id";
const INDEX: &str = "SELECT name, id FROM names INDEXED BY sqlite_autoindex_names_1 ORDER BY name";
const IN_INDEX: &str = "SELECT 1 FROM names INDEXED BY sqlite_autoindex_names_1 WHERE name = ?1 AND id = ?2";
const IN_TABLE: &str = "SELECT 1 FROM names NOT INDEXED WHERE name = ?1 AND id = ?2";

pub(super) fn check(check: &mut Check<'_>) -> Result<(), Stop> {
    for (all, other, is_by_id) in [(TABLE, IN_INDEX, true), (INDEX, IN_TABLE, false)] {
        let (mut all, mut other) = (check.conn.prepare(all)?, check.conn.prepare(other)?);
        let mut rows = all.query(())?;
        let (mut ascent, mut before) = (Ascent::default(), None);
        while let Some(row) = rows.next()? {
            check.row()?;
            let (name, id): (Value, i64) = (row.get(0).unwrap_or(Value::Null), row.get(1)?);
            let key =
                if is_by_id { (id, Vec::new()) } else { (0, row.get_ref(0)?.as_bytes().unwrap_or_default().to_vec()) };
            ascent.step(before.as_ref() < Some(&key))?;
            before = Some(key);
            let is_in_both = other.query_row((&name, id), |_| Ok(())).optional()?.is_some();
            if !is_in_both || text_in(row.get_ref(0)?).is_none() {
                let name = String::from_utf8_lossy(row.get_ref(0)?.as_bytes().unwrap_or_default()).into_owned();
                check.find(Finding::Name { id, name });
            }
        }
    }
    Ok(())
}
