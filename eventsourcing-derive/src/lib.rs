//! The macros of the [`eventsourcing`](https://docs.rs/eventsourcing) crate, which re-exports them and shows in its guide how they
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
/// | `#[aggregate(crate = ::path)]` | where the `eventsourcing` crate is, if not at `::eventsourcing` |
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
/// | `#[application(crate = ::path)]` | where the `eventsourcing` crate is, if not at `::eventsourcing` |
#[proc_macro_derive(Application, attributes(application))]
pub fn application(input: TokenStream) -> TokenStream {
    macros::application(input.into()).into()
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
/// | `#[event(Name, discard)]` | after it the aggregate is gone |
/// | `#[events(crate = ::path)]` | where the `eventsourcing` crate is, if not at `::eventsourcing` |
///
/// An event cannot fail, be `async` or generic, or record another event: decide in a command. A command cannot return a borrow of the
/// aggregate.
#[proc_macro_attribute]
pub fn events(args: TokenStream, input: TokenStream) -> TokenStream {
    macros::events(args.into(), &input.into()).into()
}

/// Declares an event: on a method under `#[events]` (see there), or the events of a user's own enum.
///
/// On an enum it implements `Event` and derives `Clone`, `Serialize` and `Deserialize`, unless they stand in a `#[derive]` below it. The variants
/// are unit variants or have named fields; on each, `#[event(name = "..", alias = "..", discard)]` mean what they mean on a method.
///
/// | option | means |
/// |---|---|
/// | `#[event(crate = ::path)]` | where the `eventsourcing` crate is, if not at `::eventsourcing` |
#[proc_macro_attribute]
pub fn event(args: TokenStream, input: TokenStream) -> TokenStream {
    macros::event(args.into(), &input.into()).into()
}
