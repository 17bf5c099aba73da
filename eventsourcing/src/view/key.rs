//! What a row is found by.

use std::borrow::Cow;
use std::hash::Hash;

use uuid::Uuid;

use crate::aggregate::Id;
use crate::error::CellError;
use crate::view::{Cell, Column, RowCells};

/// The key of a row: an id, a UUID, a whole number, a bool, text, or a tuple of up to four of these.
///
/// Two keys are equal if their cells are, and come in the order of their cells.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a view",
    label = "cannot be the key of a row",
    note = "a key is an id, a UUID, a whole number up to `i64::MAX`, a bool or a `String`, or a tuple of up to four of these; no `Option`: give what \
            has none a value of its own, or no row"
)]
pub trait Key: Clone + Eq + Ord + Hash + Send + Sync + 'static {
    /// How many columns it has.
    const COLUMNS: usize;

    /// Gives its cells, one for each column of the key, in order.
    fn cells(&self, each: &mut dyn FnMut(Cell<'_>));

    /// The key whose cells these are, from the one of this index on.
    ///
    /// # Errors
    ///
    /// When they are those of no such key.
    fn read(cells: &dyn RowCells, first: usize) -> Result<Self, CellError>;
}

/// A key that is the id of an aggregate of this kind: its events go to the row of the aggregate unless they say another.
#[diagnostic::on_unimplemented(
    message = "the key of this view is not the id of `{A}`",
    label = "which row is changed by it?",
    note = "say so: `#[on(.., key = field)]`, with a field of the event, a tuple of fields, or an expression"
)]
pub trait KeyOf<A>: Key {
    /// The key of the aggregate's own row.
    fn of(id: Id<A>) -> Self;
}

impl<A: 'static> Key for Id<A> {
    const COLUMNS: usize = 1;

    fn cells(&self, each: &mut dyn FnMut(Cell<'_>)) {
        each(Cell::Uuid(self.as_uuid()));
    }

    fn read(cells: &dyn RowCells, first: usize) -> Result<Self, CellError> {
        Column::from_cell(&cells.cell(first)?)
    }
}

impl<A: 'static> KeyOf<A> for Id<A> {
    fn of(id: Self) -> Self {
        id
    }
}

impl Key for Uuid {
    const COLUMNS: usize = 1;

    fn cells(&self, each: &mut dyn FnMut(Cell<'_>)) {
        each(Cell::Uuid(*self));
    }

    fn read(cells: &dyn RowCells, first: usize) -> Result<Self, CellError> {
        Column::from_cell(&cells.cell(first)?)
    }
}

impl Key for bool {
    const COLUMNS: usize = 1;

    fn cells(&self, each: &mut dyn FnMut(Cell<'_>)) {
        each(Cell::Integer(i64::from(*self)));
    }

    fn read(cells: &dyn RowCells, first: usize) -> Result<Self, CellError> {
        Column::from_cell(&cells.cell(first)?)
    }
}

impl Key for String {
    const COLUMNS: usize = 1;

    fn cells(&self, each: &mut dyn FnMut(Cell<'_>)) {
        each(Cell::Text(Cow::Borrowed(self)));
    }

    fn read(cells: &dyn RowCells, first: usize) -> Result<Self, CellError> {
        Column::from_cell(&cells.cell(first)?)
    }
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl Key for $type {
            const COLUMNS: usize = 1;

            fn cells(&self, each: &mut dyn FnMut(Cell<'_>)) {
                each(Cell::Integer(i64::from(*self)));
            }

            fn read(cells: &dyn RowCells, first: usize) -> Result<Self, CellError> {
                Column::from_cell(&cells.cell(first)?)
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, u8, u16, u32);

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: Key),*> Key for ($($name,)*) {
            const COLUMNS: usize = 0 $(+ $name::COLUMNS)*;

            fn cells(&self, each: &mut dyn FnMut(Cell<'_>)) {
                #[expect(non_snake_case, reason = "a type's name names its value")]
                let ($($name,)*) = self;
                $($name.cells(each);)*
            }

            #[expect(unused_assignments, reason = "the last is followed by none")]
            fn read(cells: &dyn RowCells, first: usize) -> Result<Self, CellError> {
                let mut next = first;
                Ok(($({
                    let key = $name::read(cells, next)?;
                    next += $name::COLUMNS;
                    key
                },)*))
            }
        }
    };
}

tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
