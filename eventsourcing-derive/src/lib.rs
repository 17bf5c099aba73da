//! The macros of the `eventsourcing` crate, which re-exports them and shows in its guide how they
//! are used.
//!
//! Everything that they print is an implementation of a public trait of that crate, so that it can be written by hand as well. On a
//! mistake, the user's item is printed as it was, with stand-ins for what would have been generated: one mistake is one message.

#![allow(clippy::wildcard_enum_match_arm, reason = "syntax trees are open: what a rule does not name, it passes over")]

mod args;
mod ast;
mod check;
mod crate_path;
mod ctxt;
mod expand;
mod fallback;
mod lock;
mod macros;
mod names;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Makes a struct an aggregate: implements `Aggregate` for a struct with one field of type `Root<Self>`.
///
/// The field is the one that is named `root`, or the one that is marked `#[aggregate(root)]`.
///
/// | option | means |
/// |---|---|
/// | `#[aggregate(name = "account")]` | the stored name; without it, the struct's own name, and never a module or a package |
/// | `#[aggregate(event = AccountEvent)]` | its events are this enum, which the user wrote: checked against `Apply::Event` |
/// | `#[aggregate(snapshot_every = 100)]` | a save that passes a hundredth event stores a snapshot of the state; its fields are serde types, and `Schema`s |
/// | `#[aggregate(snapshot)]` | snapshots are taken on demand only |
/// | `#[aggregate(opaque)]` on a field | the field's type is not a `Schema`: if what is in it changes, rename the field, so that older snapshots are not read |
/// | `#[aggregate(crate = ::path)]` | where the `eventsourcing` crate is, if not at `::eventsourcing` |
///
/// ```
/// use eventsourcing::prelude::*;
///
/// #[derive(Aggregate)]
/// #[aggregate(name = "light")]
/// struct Light {
///     #[aggregate(root)]
///     identity: Root<Self>,
///     is_on: bool,
/// }
///
/// #[events]
/// impl Light {
///     #[event(Installed)]
///     fn install() -> Self {
///         Self { identity: Root::new(), is_on: false }
///     }
///
///     #[event(Switched)]
///     fn switch(&mut self) {
///         self.is_on = !self.is_on;
///     }
/// }
///
/// let mut light = Light::install();
/// light.switch();
/// assert!(light.is_on);
/// assert_eq!((Light::NAME, light.version()), ("light", 2));
/// ```
///
/// An aggregate owns what it holds, so it has no lifetimes. One that is generic needs its bounds only where its events are.
#[proc_macro_derive(Aggregate, attributes(aggregate))]
pub fn aggregate(input: TokenStream) -> TokenStream {
    macros::aggregate(input.into()).into()
}

/// Makes a struct of repositories an application: implements `Application`, with `new` and `commit`.
///
/// Each field is a `Repository<..>` or another application, and no two aggregates may have one stored name.
///
/// | option | means |
/// |---|---|
/// | `#[application(event = ShopEvent)]` | the name of the enum of all its events; the struct's own with `Event` behind it unless set |
/// | `#[application(crate = ::path)]` | where the `eventsourcing` crate is, if not at `::eventsourcing` |
///
/// ```
/// use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] struct Account { root: Root<Self> }
/// # #[events] impl Account { #[event(Opened)] fn open() -> Self { Self { root: Root::new() } } }
///
/// #[derive(Application)]
/// struct Bank {
///     accounts: Repository<Account>,
/// }
///
/// let bank = Bank::new(MemoryStore::new());
/// bank.accounts.blocking().save(&mut Account::open())?;
/// # Ok::<(), SaveError>(())
/// ```
#[proc_macro_derive(Application, attributes(application))]
pub fn application(input: TokenStream) -> TokenStream {
    macros::application(input.into()).into()
}

/// Tells what a struct or an enum is stored as: implements `Schema`, for types that stand in events and in the state of aggregates.
///
/// What `#[serde(..)]` says of names, defaults and variants is heeded. Each field's type is a `Schema` too, or said to be opaque.
///
/// | option | means |
/// |---|---|
/// | `#[schema(name = "Address")]` | its name in `events.lock`; without it, the type's own |
/// | `#[schema(opaque)]` on a field | the field's type cannot be seen into: changes of it are not noticed |
/// | `#[schema(crate = ::path)]` | where the `eventsourcing` crate is, if not at `::eventsourcing` |
///
/// ```
/// use eventsourcing::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Serialize, Deserialize, Schema)]
/// pub struct Address {
///     street: String,
///     #[serde(default)]
///     lines: Vec<String>,
/// }
///
/// #[derive(Clone, Serialize, Deserialize, Schema)]
/// pub struct Cents(i64);
///
/// assert_eq!(Address::TYPE.to_string(), "Address");
/// assert_eq!(<Option<Cents>>::TYPE.to_string(), "Option<i64>", "as the one value in it");
/// ```
#[proc_macro_derive(Schema, attributes(schema))]
pub fn schema(input: TokenStream) -> TokenStream {
    macros::schema(input.into()).into()
}

/// Reads the events and commands of an aggregate from its `impl` block.
///
/// | a method | is | what becomes of it |
/// |---|---|---|
/// | `#[event(Name)] fn f(args) -> Self` | a creating event | a variant `Name { args }` of the enum of events; the body is its mutator, and `f` records it |
/// | `#[event(Name)] fn f(&mut self, args)` | an event | the same |
/// | `fn f(&mut self, ..) -> R` | a command | its body can read the state and call events, and does not compile if it changes state |
/// | anything else | plain Rust | left as written |
///
/// A borrowed argument is stored in its owned form and lent to the body. Attributes on an argument, such as `#[serde(default)]`, go to the
/// field.
///
/// | option | means |
/// |---|---|
/// | `#[event(Name, name = "stored name")]` | stored under another name than the variant's |
/// | `#[event(Name, alias = "old name")]` | also read under a name that it was once stored under; may be repeated |
/// | `#[event(Name, version = 2)]` | its fields are not those that were once stored; each older version needs an [`upcast`](macro@upcast) |
/// | `#[event(Name, discard)]` | after it the aggregate is gone |
/// | `#[event(Name, revives)]` | it creates the aggregate, also under the id of one that was discarded |
/// | `#[events(retired(OldName, "old name"))]` | events that are no longer there: what is stored of them is passed over, unless an upcaster reads it |
/// | `#[events(crate = ::path)]` | where the `eventsourcing` crate is, if not at `::eventsourcing` |
///
/// ```
/// use eventsourcing::prelude::*;
///
/// #[derive(Aggregate)]
/// struct Account {
///     root: Root<Self>,
///     balance: i64,
/// }
///
/// #[events]
/// impl Account {
///     #[event(Opened)]
///     fn open(owner: &str) -> Self {
///         Self { root: Root::new(), balance: 0 }
///     }
///
///     #[event(Withdrawn, alias = "PaidOut")]
///     fn withdrawn(&mut self, amount: i64) {
///         self.balance -= amount;
///     }
///
///     fn withdraw_all(&mut self) {
///         self.withdrawn(self.balance);
///     }
/// }
///
/// let mut account = Account::open("alice");
/// account.withdraw_all();
/// assert_eq!(
///     account.pending_events(),
///     [AccountEvent::Opened { owner: "alice".into() }, AccountEvent::Withdrawn { amount: 0 }],
/// );
/// ```
///
/// The types of the fields are `Clone`, `Serialize` and `Deserialize`; the enum is `Debug`, `PartialEq` and `Eq` if they are.
///
/// # What does not compile
///
/// - An event that fails, is `async` or generic, or records another event: decide in a command, which then calls the events.
/// - A command that changes the state: its body is moved to a type `OnlyEventsChangeState`, which dereferences to the aggregate and has its
///   events and commands as methods. There `self` goes wherever a `&Account` is asked for; to a generic function give `&**self`.
/// - A command that returns a borrow of the aggregate, `impl Trait` without `use<..>` included: return an owned value, or take `&self`.
/// - Two events with one name, no event that creates the aggregate, a second `#[events]` block.
#[proc_macro_attribute]
pub fn events(args: TokenStream, input: TokenStream) -> TokenStream {
    macros::events(args.into(), &input.into()).into()
}

/// Declares an event: on a method under `#[events]` (see there), or the events of a user's own enum.
///
/// On an enum it implements `Event` and derives `Clone`, `Serialize` and `Deserialize`, unless they stand in a `#[derive]` below it. The variants
/// are unit variants or have named fields; on each, `#[event(name = "..", alias = "..", version = 2, discard, revives)]` mean what they mean on a method.
///
/// | option | means |
/// |---|---|
/// | `#[event(retired(OldName))]` | events that are no longer there: what is stored of them is passed over, unless an [`upcast`](macro@upcast) reads it |
/// | `#[event(crate = ::path)]` | where the `eventsourcing` crate is, if not at `::eventsourcing` |
///
/// ```
/// use eventsourcing::prelude::*;
///
/// #[event]
/// #[derive(Debug)]
/// enum DoorEvent {
///     Installed { colour: String },
///     #[event(name = "taken out", discard)]
///     Removed,
/// }
///
/// assert_eq!(DoorEvent::Removed.kind().name(), "taken out");
/// ```
///
/// The name of an event is this macro's to tell serde, so `#[serde(rename)]` on a variant does not compile.
#[proc_macro_attribute]
pub fn event(args: TokenStream, input: TokenStream) -> TokenStream {
    macros::event(args.into(), &input.into()).into()
}

/// Declares what reads the events of older releases: on a function under `#[events]`, or in the `impl` block of a user's own enum.
///
/// The arguments of an upcaster are the fields that the event had at that version, and its result is what the event is today: the event,
/// or none or several (`Option`, `Vec`, an array) where it was retired or split. A borrowed argument is read as its owned form.
///
/// | | means |
/// |---|---|
/// | `#[upcast(Name, from = 1)]` | reads version 1 of the event, which is at a later version now |
/// | `#[upcast(OldName, from = 1)]` | the same of an event that is no longer there, and that `retired(OldName)` names |
/// | `#[upcast(crate = ::path)]` on an `impl` block | where the `eventsourcing` crate is, if not at `::eventsourcing` |
///
/// ```
/// use eventsourcing::prelude::*;
///
/// #[derive(Aggregate)]
/// struct Account {
///     root: Root<Self>,
///     currency: String,
/// }
///
/// #[events(retired(Reviewed))]
/// impl Account {
///     #[event(Opened, version = 2)]
///     fn open(currency: &str) -> Self {
///         Self { root: Root::new(), currency: currency.to_owned() }
///     }
///
///     #[upcast(Opened, from = 1)]
///     fn opened_v1() -> AccountEvent {
///         AccountEvent::Opened { currency: "EUR".to_owned() }
///     }
/// }
/// # assert_eq!(Account::open("USD").currency, "USD");
/// ```
///
/// The upcasters of a user's own enum stand in an `impl` block of it:
///
/// ```
/// # use eventsourcing::prelude::*;
/// #[event(retired(Moved))]
/// enum AccountEvent {
///     Withdrawn { amount: i64 },
///     Deposited { amount: i64 },
/// }
///
/// #[upcast]
/// impl AccountEvent {
///     #[upcast(Moved, from = 1)]
///     fn moved_v1(amount: i64) -> [Self; 2] {
///         [Self::Withdrawn { amount }, Self::Deposited { amount }]
///     }
/// }
/// # assert_eq!(AccountEvent::UPCASTERS.len(), 1);
/// ```
///
/// # What does not compile
///
/// A version without an upcaster for each one before it, an upcaster of a version that is not before the current one or has one already, of
/// an event that is neither there nor retired, or whose result is not an event.
#[proc_macro_attribute]
pub fn upcast(args: TokenStream, input: TokenStream) -> TokenStream {
    macros::upcast(args.into(), &input.into()).into()
}
