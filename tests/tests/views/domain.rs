//! Transfers between wallets, and a view of the balances that is written by hand: an event with two rows, and handlers that fail.

use std::sync::atomic::{AtomicBool, Ordering};

use eventsourcing::error::CellError;
use eventsourcing::prelude::*;
use eventsourcing::view::{
    At, Cell, Column, ColumnDef, ColumnType, Delivery, IndexedColumn, MissingRow, On, Projection, RowCells, Source,
    View,
};
use uuid::Uuid;

#[derive(Aggregate)]
pub(crate) struct Transfer {
    root: Root<Self>,
}

#[events]
impl Transfer {
    #[event(Made)]
    pub(crate) fn make(from: u8, to: u8, amount: u64) -> Self {
        let _ = (from, to, amount);
        Self { root: Root::new() }
    }

    /// Takes all that a wallet has, and the wallet with it.
    #[event(Emptied)]
    pub(crate) fn empty(wallet: u8) -> Self {
        let _ = wallet;
        Self { root: Root::new() }
    }

    #[event(Noted)]
    pub(crate) fn note(&mut self) {}
}

/// What a handler panics at.
pub(crate) const POISON: u64 = 13;

/// What a handler panics at until [`CURED`] is set; of one test alone.
pub(crate) const CURABLE: u64 = 1_000;

pub(crate) static CURED: AtomicBool = AtomicBool::new(false);

/// What a wallet holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wallet {
    pub(crate) id: Uuid,
    pub(crate) balance: u64,
    pub(crate) transfers: u32,
}

impl Wallet {
    pub(crate) const TRANSFERS: IndexedColumn<Self, u32> = IndexedColumn::new("transfers");
}

pub(crate) const fn wallet(number: u8) -> Uuid {
    Uuid::from_u128(number as u128)
}

const FROM: u16 = 0;
const TO: u16 = 1;
const EMPTIED: u16 = 2;

impl View for Wallet {
    type Key = Uuid;
    const NAME: &'static str = "Wallet";
    const COLUMNS: &'static [ColumnDef] = &[
        ColumnDef { name: "id", column_type: ColumnType::Uuid, is_optional: false, is_key: true, is_indexed: false },
        ColumnDef {
            name: "balance",
            column_type: ColumnType::Integer,
            is_optional: false,
            is_key: false,
            is_indexed: false,
        },
        ColumnDef {
            name: "transfers",
            column_type: ColumnType::Integer,
            is_optional: false,
            is_key: false,
            is_indexed: true,
        },
    ];
    const MAY_REFUSE: bool = <u64 as Column>::MAY_REFUSE;

    fn key(&self) -> Uuid {
        self.id
    }

    fn write(&self, each: &mut dyn FnMut(Cell<'_>)) -> Result<(), CellError> {
        each(self.id.to_cell()?);
        each(self.balance.to_cell()?);
        each(self.transfers.to_cell()?);
        Ok(())
    }

    fn read(cells: &dyn RowCells) -> Result<Self, CellError> {
        let (id, balance) = (Column::from_cell(&cells.cell(0)?)?, Column::from_cell(&cells.cell(1)?)?);
        Ok(Self { id, balance, transfers: Column::from_cell(&cells.cell(2)?)? })
    }
}

impl Projection for Wallet {
    const VERSION: u32 = 1;
    const SOURCES: &'static [Source<Self>] = &[Source::of::<Transfer>()];
}

impl On<Transfer> for Wallet {
    fn route(_: &At<Transfer>, event: &TransferEvent, to: &mut dyn FnMut(Delivery<Uuid>)) {
        let mut deliver = |number, handler| to(Delivery { key: wallet(number), handler, replaces: false });
        match event {
            TransferEvent::Made { from, to, .. } => {
                deliver(*from, FROM);
                deliver(*to, TO);
            }
            TransferEvent::Emptied { wallet } => deliver(*wallet, EMPTIED),
            TransferEvent::Noted => {}
        }
    }

    fn run(handler: u16, _: &At<Transfer>, event: &TransferEvent, row: &mut Option<Self>) -> Result<(), MissingRow> {
        match (handler, event) {
            (FROM, TransferEvent::Made { amount, .. }) => {
                let row = row.as_mut().ok_or(MissingRow)?;
                row.transfers += 1;
                assert!(*amount != POISON, "an amount of {POISON}");
                assert!(*amount != CURABLE || CURED.load(Ordering::Acquire), "not cured");
                row.balance = row.balance.checked_sub(*amount).expect("enough in the wallet");
            }
            (TO, TransferEvent::Made { to, amount, .. }) => {
                let row = row.get_or_insert(Self { id: wallet(*to), balance: 0, transfers: 0 });
                row.transfers += 1;
                row.balance += amount;
            }
            (EMPTIED, TransferEvent::Emptied { .. }) => *row = None,
            _ => {}
        }
        Ok(())
    }
}
