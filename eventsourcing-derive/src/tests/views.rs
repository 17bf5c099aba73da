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
