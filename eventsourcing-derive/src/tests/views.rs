//! Views: their rows, and their projections.

use expect_test::expect_file;
use quote::quote;

use super::prints;
use crate::macros;

#[test]
fn the_row_of_a_view() {
    let row = quote! {
        #[view(name = "day")]
        pub struct Day {
            #[view(key)]
            account: Id<Account>,
            #[view(key, index)]
            r#type: u32,
            moved: Cents,
        }
    };
    prints(&macros::view(row), &expect_file!["snapshots/view.rs"]);
    let row = quote! {
        struct Balance {
            #[view(key)]
            id: Id<Account>,
        }
    };
    prints(&macros::view(row), &expect_file!["snapshots/view_of_one_key.rs"]);
}

#[test]
fn a_projection() {
    let day = quote! {
        impl Day {
            #[on(AccountEvent::Opened)]
            fn opened(at: &At<bank::Account>, owner: &str) -> Self { Self::new(at.id(), owner) }

            #[cfg(feature = "deposits")]
            #[on(AccountEvent::Deposited)]
            fn deposited(&mut self, amount: i64, #[field(at)] _when: u32) { self.moved += amount; }

            #[on(transfers::TransferEvent::Made, key = from)]
            #[on(transfers::TransferEvent::Made, key = (to, day_of(at, note)))]
            fn made(this: Option<Self>, from: Id<Account>, note: &str) -> Self { this.unwrap() }

            #[on(transfers::TransferEvent::Undone, key = from)]
            fn undone(self) -> Option<Self> { None }

            fn plain(&self) {}
        }
    };
    let args = quote!(version = 2, ignore(AccountEvent::Renamed, transfers::TransferEvent::..), crate = ::es);
    prints(&macros::projection(args, &day), &expect_file!["snapshots/projection.rs"]);
}

#[test]
fn a_projection_in_sql() {
    let ledger = quote! {
        impl Ledger {
            #[setup]
            fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> { tx.execute_batch("CREATE TABLE entries (account BLOB, amount INTEGER)") }

            #[on(TransferEvent::Made, key = from)]
            fn made(tx: &SqliteTx<'_>, at: &At<Transfer>, from: Id<Account>, #[field(tx)] _of: i64) -> rusqlite::Result<()> { Ok(()) }

            #[cfg(feature = "notes")]
            #[on(TransferEvent::Noted, key = (at.id(), note))]
            fn noted(tx: &SqliteTx<'_>, note: &str) -> rusqlite::Result<()> { Ok(()) }
        }
    };
    let args = quote!(version = 2, name = "ledger", ignore(TransferEvent::Undone), crate = ::es);
    prints(&macros::projection(args, &ledger), &expect_file!["snapshots/sql_projection.rs"]);
    let counts = quote! {
        impl Counts {
            #[setup]
            fn make(tx: &SqliteTx<'_>) -> rusqlite::Result<()> { Ok(()) }

            #[on(TransferEvent::Made)]
            fn made(tx: &SqliteTx<'_>) -> rusqlite::Result<()> { Ok(()) }
        }
    };
    prints(&macros::projection(quote!(version = 1), &counts), &expect_file!["snapshots/sql_projection_without_key.rs"]);
}

#[test]
fn a_view_has_at_most_as_many_columns_as_a_table() {
    let row = |others: usize| {
        let others = (0..others).map(|n| quote::format_ident!("column_{n}"));
        macros::view(quote! {
            struct Wide {
                #[view(key)]
                id: u8,
                #(#others: u8,)*
            }
        })
    };
    assert!(!row(1_999).to_string().contains("compile_error"));
    assert!(row(2_000).to_string().contains("a view has at most 2000 columns"));
}

#[test]
fn what_stands_in_for_a_view_has_its_whole_key() {
    let broken = macros::view(quote! {
        struct Entry {
            #[view(key)]
            ledger: u8,
            #[view(key)]
            day: u16,
            #[view(key)]
            number: u32,
            #[view(typo)]
            note: String,
        }
    });
    assert!(broken.to_string().contains("type Key = (u8 , u16 , u32) ;"), "{broken}");
}
