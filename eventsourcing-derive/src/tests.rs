//! What the macros print, as a person would format it. `UPDATE_EXPECT=1 cargo test -p eventsourcing-derive` writes it anew: read the
//! difference, for a changed stored name is a migration.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;

use crate::ctxt::Ctxt;
use crate::macros;

fn prints(output: &TokenStream, expected: &ExpectFile) {
    let file = syn::parse2(output.clone()).unwrap_or_else(|error| panic!("not Rust: {error}\n{output}"));
    expected.assert_eq(&prettyplease::unparse(&file));
}

fn parsed(source: &str) -> TokenStream {
    source.parse().unwrap()
}

#[test]
fn the_bank_account() {
    let account = parsed(include_str!("tests/account.rs"));
    prints(&macros::events(TokenStream::new(), &account), &expect_file!["tests/snapshots/account.rs"]);
}

#[test]
fn an_aggregate() {
    let account = quote! {
        #[aggregate(name = "account")]
        pub struct Account<M: Money> where M: Default {
            #[aggregate(root)]
            identity: Root<Self>,
            balance: M,
        }
    };
    prints(&macros::aggregate(account), &expect_file!["tests/snapshots/aggregate.rs"]);
}

#[test]
fn generics_options_and_cfg() {
    let account = quote! {
        impl<M: Money, L> Account<M, L> where M: Default {
            #[event(Opened, name = "opened", alias = "created")]
            fn open(limit: L, names: &[String], path: &Path) -> Self { return Self::new(limit) }

            #[cfg(feature = "deposits")]
            #[event(Deposited)]
            #[expect(clippy::some_lint, reason = "some")]
            fn deposit(&mut self, #[serde(default)] mut amount: M) { self.balance += amount; }

            #[event(Closed, discard)]
            fn close(&mut self) {}

            #[expect(clippy::other_lint)]
            async fn decide<'a, T: Into<M>>(&mut self, (amount, _): (T, M), label: &'a str) -> &'a str {
                self.deposit(Self::limit(amount.into()));
                struct Own;
                impl Own { fn new() -> Self { Self } }
                label
            }
        }
    };
    prints(&macros::events(quote!(crate = ::es), &account), &expect_file!["tests/snapshots/generics.rs"]);
}

#[test]
fn an_enum_of_ones_own() {
    let event = quote! {
        /// What happens to a door.
        #[derive(Debug, Clone)]
        pub enum DoorEvent {
            /// It is put in.
            Installed { colour: String },
            #[event(name = "removed", alias = "gone", discard)]
            Removed,
        }
    };
    prints(&macros::event(TokenStream::new(), &event), &expect_file!["tests/snapshots/event_enum.rs"]);
}

#[test]
fn an_application() {
    let bank = quote! {
        pub struct Bank {
            pub accounts: Repository<Account>,
            pub transfers: Repository<Transfer>,
        }
    };
    prints(&macros::application(bank), &expect_file!["tests/snapshots/application.rs"]);
}

#[test]
fn mistakes_leave_the_item_and_stand_ins() {
    let account = quote! {
        impl Account {
            #[event(Opened)]
            pub fn open() -> Self { Self { root: Root::new(), balance: 0 } }

            #[event(Deposited, typo)]
            pub fn deposit(&mut self, #[serde(default)] amount: i64) { self.balance += amount; }

            #[event(Opened)]
            pub fn open_again(&mut self) {}
        }
    };
    prints(&macros::events(TokenStream::new(), &account), &expect_file!["tests/snapshots/fallback.rs"]);
}

#[test]
#[should_panic(expected = "collected errors were not looked at")]
fn mistakes_cannot_be_forgotten() {
    let ctxt = Ctxt::new();
    ctxt.error(quote!(here), "a mistake");
}
