//! A bound on walks through a damaged table, which might never end.
//!
//! Damage can make several references lead to one page, or back. SQLite follows references up to 20 levels deep, and so may give the same rows
//! more often than a caller can wait for. Each time, a key is not above the one before.

use crate::store::sqlite::format::corrupt::corrupt;

/// How often a key may be out of order: a key in which a bit was flipped is, though its page is sound.
const FALLS: u32 = 64;

/// A walk through the rows of a table or an index, in the order of its keys.
#[derive(Debug, Default)]
pub(crate) struct Ascent {
    falls: u32,
}

impl Ascent {
    /// To be called for each row, with whether its key is above that of the row before.
    ///
    /// # Errors
    ///
    /// That the file is corrupt, once keys were out of order too often.
    #[inline]
    pub(crate) fn step(&mut self, is_above: bool) -> rusqlite::Result<()> {
        if is_above { Ok(()) } else { self.fall() }
    }

    #[cold]
    fn fall(&mut self) -> rusqlite::Result<()> {
        self.falls += 1;
        if self.falls > FALLS {
            Err(corrupt("its rows come again and again: pages are referred to more than once".to_owned()))
        } else {
            Ok(())
        }
    }
}
