//! What the macros print, as a person would format it. `UPDATE_EXPECT=1 cargo test -p eventsourcing-derive` rewrites it: read the
//! difference, for a changed stored name is a migration.

mod processes;
mod unfinished;
mod unique;
mod views;

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
    prints(&macros::events(TokenStream::new(), &account, None), &expect_file!["tests/snapshots/account.rs"]);
}

#[test]
fn an_aggregate() {
    let account = quote! {
        #[aggregate(name = <M as Money>::ACCOUNT)]
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
    let args = quote!(crate = ::es, derive(PartialOrd, utoipa::ToSchema), rename_all = "SCREAMING_SNAKE_CASE");
    prints(&macros::events(args, &account, None), &expect_file!["tests/snapshots/generics.rs"]);
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
            #[application(default)]
            pub prices: Prices,
            #[application(default = SystemClock::new())]
            clock: Box<dyn Clock>,
        }
    };
    prints(&macros::application(bank), &expect_file!["tests/snapshots/application.rs"]);
}

#[test]
fn versions_and_upcasters() {
    let account = quote! {
        impl Account {
            #[event(Opened, version = 2, alias = "Created")]
            pub fn open(owner: &str, currency: Currency) -> Self { Self { root: Root::new(), currency } }

            #[upcast(Opened, from = 1)]
            fn opened_v1(owner: &str, #[serde(default)] tags: Vec<String>) -> AccountEvent {
                AccountEvent::Opened { owner: owner.to_owned(), currency: Currency::Eur }
            }

            #[upcast(Moved, from = 1)]
            fn moved_v1(#[upcast(recorded)] Recorded { metadata, .. }: &Recorded<()>, to: &str) -> Option<AccountEvent> { None }
        }
    };
    let args = quote!(retired(Moved, "was reviewed"));
    prints(&macros::events(args, &account, None), &expect_file!["tests/snapshots/versions.rs"]);
}

#[test]
fn the_upcasters_of_an_enum_of_ones_own() {
    let event = quote! {
        pub enum DoorEvent {
            #[event(version = 2)]
            Installed { #[serde(rename = "color", alias = "colour", default)] colour: String },
        }
    };
    prints(&macros::event(quote!(retired(Painted)), &event), &expect_file!["tests/snapshots/versioned_enum.rs"]);
    let upcasters = quote! {
        impl DoorEvent {
            #[upcast(Installed, from = 1)]
            fn installed_v1(color: String) -> Self { Self::Installed { colour: color } }
        }
    };
    prints(&macros::upcast(TokenStream::new(), &upcasters), &expect_file!["tests/snapshots/upcasters.rs"]);
}

#[test]
fn shapes() {
    let page = quote! {
        #[serde(rename_all = "camelCase")]
        pub struct Page<T> {
            items: Vec<T>,
            #[serde(default)]
            next_page: Option<Cents>,
            #[schema(opaque)]
            at: DateTime<Utc>,
            #[serde(skip)]
            of: PhantomData<T>,
        }
    };
    prints(&macros::schema(page), &expect_file!["tests/snapshots/schema_struct.rs"]);
    let reason = quote! {
        #[schema(name = "reason")]
        #[serde(tag = "kind", content = "of")]
        enum Reason { None, Other(String), Pair(u8, u8), Long { text: String } }
    };
    prints(&macros::schema(reason), &expect_file!["tests/snapshots/schema_enum.rs"]);
    prints(
        &macros::schema(quote!(
            struct Cents(i64);
        )),
        &expect_file!["tests/snapshots/schema_newtype.rs"],
    );
}

#[test]
fn an_aggregate_with_snapshots() {
    let account = quote! {
        #[aggregate(name = M::ACCOUNT, snapshot_every = 100)]
        pub struct Account<M: Money> {
            root: Root<Self>,
            balance: M,
            #[aggregate(opaque)]
            since: DateTime<Utc>,
        }
    };
    prints(&macros::aggregate(account), &expect_file!["tests/snapshots/aggregate_with_snapshots.rs"]);
}

#[test]
fn an_event_that_creates_or_changes() {
    let cart = quote! {
        impl Cart {
            #[event(Filled, version = 2, alias = "ItemAdded")]
            pub fn of(#[serde(default)] items: &[Item]) -> Self { Self { root: Root::new(), items: items.to_owned() } }

            #[event(Filled)]
            pub fn add(&mut self, items: &[Item]) { self.items.extend_from_slice(items); }

            #[upcast(Filled, from = 1)]
            fn filled_v1(item: Item) -> CartEvent { CartEvent::Filled { items: vec![item] } }
        }
    };
    prints(&macros::events(TokenStream::new(), &cart, None), &expect_file!["tests/snapshots/creates_or_changes.rs"]);
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
            pub fn open_again() -> Self { Self { root: Root::new(), balance: 1 } }
        }
    };
    prints(&macros::events(TokenStream::new(), &account, None), &expect_file!["tests/snapshots/fallback.rs"]);
}

#[test]
#[should_panic(expected = "collected errors were not looked at")]
fn mistakes_cannot_be_forgotten() {
    let ctxt = Ctxt::new();
    ctxt.error(quote!(here), "a mistake");
}
