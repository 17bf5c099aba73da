//! Rows that are written and read by hand, and not as they were.

use eventsourcing::error::CellError;
use eventsourcing::prelude::*;
use eventsourcing::testing::ViewScenario;
use eventsourcing::view::{
    At, Cell, Column, ColumnDef, ColumnType, Delivery, MissingRow, On, Projection, RowCells, Source, View,
};

use crate::{Account, AccountEvent, alice, assert_says, deposited, failure};

/// Written by hand; `WRONG` says what is wrong with it.
#[derive(Clone, Debug, PartialEq)]
struct ByHand<const WRONG: u8> {
    id: Id<Account>,
    amount: u64,
    deposits: u64,
}

const NOTHING: u8 = 0;
const READS_ANOTHER_COLUMN: u8 = 1;
const WRITES_TOO_FEW: u8 = 2;
const WRITES_ANOTHER_KEY: u8 = 3;
const READS_A_COLUMN_THAT_IS_NOT: u8 = 4;

const fn column(name: &'static str, column_type: ColumnType, is_key: bool) -> ColumnDef {
    ColumnDef { name, column_type, is_optional: false, is_key, is_indexed: false }
}

impl<const WRONG: u8> View for ByHand<WRONG> {
    type Key = Id<Account>;
    const NAME: &'static str = "ByHand";
    const COLUMNS: &'static [ColumnDef] = &[
        column("id", ColumnType::Uuid, true),
        column("amount", ColumnType::Integer, false),
        column("deposits", ColumnType::Integer, false),
    ];
    const MAY_REFUSE: bool = true;

    fn key(&self) -> Id<Account> {
        self.id
    }

    fn write(&self, each: &mut dyn FnMut(Cell<'_>)) -> Result<(), CellError> {
        each(if WRONG == WRITES_ANOTHER_KEY {
            Id::<Account>::new().to_cell()?.into_owned()
        } else {
            self.id.to_cell()?
        });
        each(self.amount.to_cell()?);
        if WRONG != WRITES_TOO_FEW {
            each(self.deposits.to_cell()?);
        }
        Ok(())
    }

    fn read(cells: &dyn RowCells) -> Result<Self, CellError> {
        let deposits = match WRONG {
            READS_ANOTHER_COLUMN => 1,
            READS_A_COLUMN_THAT_IS_NOT => 3,
            _ => 2,
        };
        let [amount, deposits] = [1, deposits].map(|column| u64::from_cell(&cells.cell(column)?));
        Ok(Self { id: Column::from_cell(&cells.cell(0)?)?, amount: amount?, deposits: deposits? })
    }
}

impl<const WRONG: u8> Projection for ByHand<WRONG> {
    const VERSION: u32 = 1;
    const SOURCES: &'static [Source<Self>] = &[Source::by_id::<Account>()];
}

impl<const WRONG: u8> On<Account> for ByHand<WRONG> {
    fn route(at: &At<Account>, _: &AccountEvent, to: &mut dyn FnMut(Delivery<Id<Account>>)) {
        to(Delivery { key: at.id(), handler: 0, replaces: false });
    }

    fn run(_: u16, at: &At<Account>, event: &AccountEvent, row: &mut Option<Self>) -> Result<(), MissingRow> {
        let row = row.get_or_insert(Self { id: at.id(), amount: 0, deposits: 0 });
        if let AccountEvent::Deposited { amount } = event {
            row.amount += amount;
            row.deposits += 1;
        }
        Ok(())
    }
}

fn rows<const WRONG: u8>() {
    let row = ByHand::<WRONG> { id: alice(), amount: 5, deposits: 1 };
    ViewScenario::<ByHand<WRONG>>::given([(alice(), deposited(5))]).then_rows([row]);
}

#[test]
fn a_row_that_is_not_read_as_it_was_written_fails() {
    rows::<NOTHING>();
    let said = failure(rows::<READS_ANOTHER_COLUMN>);
    assert_says(&said, "a row of `ByHand` is read from its columns as another (`-` is written, `+` is read)\n- ByHand");
    assert_says(&said, "deposits: 5 }");
    let said = failure(rows::<WRITES_TOO_FEW>);
    assert_says(&said, "`ByHand` has 3 columns, and a row is written with 2 cells");
    assert_says(&failure(rows::<WRITES_ANOTHER_KEY>), "is not what its key columns are written with");
    let said = failure(rows::<READS_A_COLUMN_THAT_IS_NOT>);
    assert_says(&said, "a row of `ByHand` cannot be read from its columns: there is no column 3");
}
