//! What a row of a query is read as.

use rusqlite::Row;
use rusqlite::types::FromSql;

/// What a [`SqlViewScenario`](super::SqlViewScenario) reads a row of a query as: a tuple of its columns, up to twelve, or a type of the test's own.
// Not `rusqlite`'s `TryFrom<&Row>`, which is to be asked for of each lifetime: rustc 1.95 panics where it says what does not fit.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of a query",
    label = "not a tuple of columns",
    note = "write each row as a tuple of types that SQLite's values are read as: `(\"alice\".to_owned(), 7_i64)`, and `(7_i64,)` for one column"
)]
pub trait QueryRow: Sized {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// If a column is of another type, or there is none.
    fn read(row: &Row<'_>) -> rusqlite::Result<Self>;
}

macro_rules! of_columns {
    ($($column:ident $at:literal),+) => {
        impl<$($column: FromSql),+> QueryRow for ($($column,)+) {
            fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
                Ok(($(row.get::<_, $column>($at)?,)+))
            }
        }
    };
}

of_columns!(A 0);
of_columns!(A 0, B 1);
of_columns!(A 0, B 1, C 2);
of_columns!(A 0, B 1, C 2, D 3);
of_columns!(A 0, B 1, C 2, D 3, E 4);
of_columns!(A 0, B 1, C 2, D 3, E 4, F 5);
of_columns!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
of_columns!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
of_columns!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
of_columns!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
of_columns!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
of_columns!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
