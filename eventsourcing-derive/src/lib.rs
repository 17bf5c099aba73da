//! The macros of the `eventsourcing` crate, which re-exports them.

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

use proc_macro::TokenStream;

/// Makes a struct an aggregate.
#[proc_macro_derive(Aggregate, attributes(aggregate))]
pub fn aggregate(input: TokenStream) -> TokenStream {
    macros::aggregate(input.into()).into()
}

/// Makes a struct of repositories an application.
#[proc_macro_derive(Application, attributes(application))]
pub fn application(input: TokenStream) -> TokenStream {
    macros::application(input.into()).into()
}

/// Reads an `impl` block of events and commands.
#[proc_macro_attribute]
pub fn events(args: TokenStream, input: TokenStream) -> TokenStream {
    macros::events(args.into(), &input.into()).into()
}

/// Declares an event.
#[proc_macro_attribute]
pub fn event(args: TokenStream, input: TokenStream) -> TokenStream {
    macros::event(args.into(), &input.into()).into()
}
