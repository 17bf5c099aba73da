//! The names of aggregates and events, each stored once.
//!
//! Table and index are two copies of each name. The id of a name is believed only if both have it: else a damaged copy would make a stream
//! look empty, and let it begin a second time under another id. What name an id has, the table alone says: the checksum of an event is of
//! its names too.

use std::collections::{BTreeMap, HashMap};
use std::str;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::store::sqlite::format::ascent::Ascent;
use crate::store::sqlite::format::corrupt::corrupt;

const ID: &str = "SELECT id FROM names WHERE name = ?1";
const NAME: &str = "SELECT id, name FROM names WHERE id = ?1";
const FROM: &str = "SELECT id, name FROM names WHERE id >= ?1 ORDER BY id";
const INSERT: &str = "INSERT INTO names (name) VALUES (?1)";

/// Ids below this, which is all of most stores, are found without hashing.
const DENSE: usize = 1 << 12;

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[ID, NAME, FROM];

/// What is known of the table of names. Rows of it never change, so what was read once stays true.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Those whose id was asked for. A store has few, and comparing some of them costs less than hashing one.
    keys: BTreeMap<Box<str>, NameKey>,
    /// By id.
    texts: Vec<Option<Name>>,
    others: HashMap<i64, Name>,
    /// The greatest id up to which all rows were read; `None` before the first time.
    read_to: Option<i64>,
    /// Whether some stand in the running transaction only.
    uncommitted: bool,
}

/// A name that has an id: the id, and what stands for the name in the checksums of events.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NameKey {
    pub(crate) id: i64,
    pub(crate) checksum: u32,
}

/// A name, with what stands for it in the checksums of events.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) text: Box<str>,
    pub(crate) checksum: u32,
}

/// What stands for a name in a checksum.
pub(crate) fn checksum_of_name(name: &str) -> u32 {
    crc32fast::hash(name.as_bytes())
}

impl Names {
    /// The key of a name, if it has one.
    pub(crate) fn key(&mut self, conn: &Connection, name: &str) -> rusqlite::Result<Option<NameKey>> {
        if let Some(key) = self.keys.get(name) {
            return Ok(Some(*key));
        }
        let in_index = || conn.prepare_cached(ID)?.query_row([name], |row| row.get(0)).optional();
        let id = if let Some(id) = in_index()? {
            id
        } else {
            self.read_new(conn)?;
            if !self.texts().any(|known| &*known.text == name) {
                return Ok(None);
            }
            // The name may have been stored between the two statements.
            in_index()?.ok_or_else(|| damaged(name))?
        };
        // Also if its text is known: the row may be another by now.
        self.read(conn, id)?;
        match self.get(id) {
            Some(known) if &*known.text == name => Ok(Some(self.learn(id, name))),
            _ => Err(damaged(name)),
        }
    }

    /// The key of a name, given to it in the running transaction if it has none.
    pub(crate) fn intern(&mut self, conn: &Connection, name: &str) -> rusqlite::Result<NameKey> {
        if let Some(key) = self.key(conn, name)? {
            return Ok(key);
        }
        let id = conn.prepare_cached(INSERT)?.insert([name])?;
        self.uncommitted = true;
        Ok(self.learn(id, name))
    }

    fn learn(&mut self, id: i64, name: &str) -> NameKey {
        let key = NameKey { id, checksum: checksum_of_name(name) };
        self.keys.insert(name.into(), key);
        key
    }

    /// To be called when the transaction was committed.
    pub(crate) const fn committed(&mut self) {
        self.uncommitted = false;
    }

    /// To be called when the transaction was rolled back.
    pub(crate) fn rolled_back(&mut self) {
        if self.uncommitted {
            *self = Self::default();
        }
    }

    /// To be called when the transaction was rolled back to a savepoint. Names from before it are still uncommitted.
    pub(crate) fn rolled_back_to_savepoint(&mut self) {
        if self.uncommitted {
            *self = Self { uncommitted: true, ..Self::default() };
        }
    }

    /// Makes [`get`](Self::get) know this id, if there is one, and the file has text for it.
    #[inline]
    pub(crate) fn look_up(&mut self, conn: &Connection, id: Option<i64>) -> rusqlite::Result<()> {
        match id {
            Some(id) if self.get(id).is_none() => self.read(conn, id),
            _ => Ok(()),
        }
    }

    #[cold]
    fn read(&mut self, conn: &Connection, id: i64) -> rusqlite::Result<()> {
        let mut statement = conn.prepare_cached(NAME)?;
        let mut rows = statement.query([id])?;
        if let Some(row) = rows.next()? {
            self.keep(row)?;
        }
        Ok(())
    }

    /// Reads the rows that were not there the last time.
    fn read_new(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        let mut statement = conn.prepare_cached(FROM)?;
        let mut rows = statement.query([self.read_to.unwrap_or(i64::MIN)])?;
        let mut ascent = Ascent::default();
        while let Some(row) = rows.next()? {
            let id = self.keep(row)?;
            ascent.step(self.read_to.is_none_or(|before| id >= before))?;
            self.read_to = Some(id);
        }
        Ok(())
    }

    /// Keeps what a row says, unless it can be no name, and gives its id.
    fn keep(&mut self, row: &Row<'_>) -> rusqlite::Result<i64> {
        let id = row.get(0)?;
        if let Some(text) = text_in(row.get_ref(1)?) {
            let name = Name { text: text.into(), checksum: checksum_of_name(text) };
            match usize::try_from(id).ok().filter(|index| *index < DENSE) {
                Some(index) => {
                    self.texts.resize((index + 1).next_power_of_two().max(self.texts.len()), None);
                    if let Some(text) = self.texts.get_mut(index) {
                        *text = Some(name);
                    }
                }
                None => drop(self.others.insert(id, name)),
            }
        }
        Ok(id)
    }

    fn texts(&self) -> impl Iterator<Item = &Name> {
        self.texts.iter().flatten().chain(self.others.values())
    }

    /// The name of an id that was looked up; `None` if there is none.
    #[inline]
    pub(crate) fn get(&self, id: i64) -> Option<&Name> {
        match usize::try_from(id).ok().and_then(|index| self.texts.get(index)) {
            Some(name) => name.as_ref(),
            None => self.others.get(&id),
        }
    }
}

/// A name as text, if it is any.
pub(crate) fn text_in(value: ValueRef<'_>) -> Option<&str> {
    str::from_utf8(value.as_bytes().ok()?).ok()
}

/// The error of a name that only one of table and index has, or of which each has another id.
#[cold]
fn damaged(name: &str) -> rusqlite::Error {
    corrupt(format!("table `names` and its index do not agree on `{name}`"))
}

#[cfg(test)]
mod tests {
    use crate::store::sqlite::file::open::open_in_memory;

    #[test]
    fn the_table_by_id_grows_with_the_ids() {
        let mut writer = open_in_memory().unwrap();
        let (conn, names) = (&writer.reader.conn, &mut writer.reader.names);
        for (id, room) in [(3, 4), (1, 4), (4, 8), (100, 128), (4095, 4096), (4096, 4096), (i64::MAX, 4096)] {
            conn.execute("INSERT INTO names VALUES (?1, ?2)", (id, format!("Event {id}"))).unwrap();
            names.look_up(conn, Some(id)).unwrap();
            assert_eq!(names.get(id).map(|name| &*name.text), Some(&*format!("Event {id}")));
            assert_eq!(names.texts.len(), room, "{id}");
        }
    }
}
