//! The macros of the `eventsourcing` crate, which re-exports them and shows in its guide how they
//! are used.
//!
//! The page of each macro is in `docs`. Everything that they print is an implementation of a public trait of that crate, so that it can be written by hand as well. On a
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
mod scope;
mod spelled;
#[cfg(test)]
mod tests;
mod tokens;

use proc_macro::{Span, TokenStream};

#[doc = include_str!("docs/aggregate.md")]
#[proc_macro_derive(Aggregate, attributes(aggregate))]
pub fn aggregate(input: TokenStream) -> TokenStream {
    macros::aggregate(input.into()).into()
}

#[doc = include_str!("docs/application.md")]
#[proc_macro_derive(Application, attributes(application))]
pub fn application(input: TokenStream) -> TokenStream {
    macros::application(input.into()).into()
}

#[doc = include_str!("docs/schema.md")]
#[proc_macro_derive(Schema, attributes(schema))]
pub fn schema(input: TokenStream) -> TokenStream {
    macros::schema(input.into()).into()
}

#[doc = include_str!("docs/events.md")]
#[proc_macro_attribute]
pub fn events(args: TokenStream, input: TokenStream) -> TokenStream {
    macros::events(args.into(), &input.into(), Span::call_site().local_file().as_deref()).into()
}

#[doc = include_str!("docs/event.md")]
#[proc_macro_attribute]
pub fn event(args: TokenStream, input: TokenStream) -> TokenStream {
    macros::event(args.into(), &input.into()).into()
}

#[doc = include_str!("docs/upcast.md")]
#[proc_macro_attribute]
pub fn upcast(args: TokenStream, input: TokenStream) -> TokenStream {
    macros::upcast(args.into(), &input.into()).into()
}

#[doc = include_str!("docs/view.md")]
#[proc_macro_derive(View, attributes(view))]
pub fn view(input: TokenStream) -> TokenStream {
    macros::view(input.into()).into()
}

#[doc = include_str!("docs/projection.md")]
#[proc_macro_attribute]
pub fn projection(args: TokenStream, input: TokenStream) -> TokenStream {
    macros::projection(args.into(), &input.into()).into()
}

#[doc = include_str!("docs/process.md")]
#[proc_macro_attribute]
pub fn process(args: TokenStream, input: TokenStream) -> TokenStream {
    macros::process(args.into(), &input.into(), Span::call_site().local_file().as_deref()).into()
}

#[doc = include_str!("docs/starts.md")]
#[proc_macro_attribute]
pub fn starts(_: TokenStream, input: TokenStream) -> TokenStream {
    macros::reaction(&input.into(), "starts").into()
}

#[doc = include_str!("docs/continues.md")]
#[proc_macro_attribute]
pub fn continues(_: TokenStream, input: TokenStream) -> TokenStream {
    macros::reaction(&input.into(), "continues").into()
}

#[doc = include_str!("docs/starts_or_continues.md")]
#[proc_macro_attribute]
pub fn starts_or_continues(_: TokenStream, input: TokenStream) -> TokenStream {
    macros::reaction(&input.into(), "starts_or_continues").into()
}

#[doc = include_str!("docs/timer.md")]
#[proc_macro_attribute]
pub fn timer(_: TokenStream, input: TokenStream) -> TokenStream {
    macros::reaction(&input.into(), "timer").into()
}

#[doc = include_str!("docs/on.md")]
#[proc_macro_attribute]
pub fn on(_: TokenStream, input: TokenStream) -> TokenStream {
    macros::on(&input.into()).into()
}

#[doc = include_str!("docs/setup.md")]
#[proc_macro_attribute]
pub fn setup(_: TokenStream, input: TokenStream) -> TokenStream {
    macros::setup(&input.into()).into()
}
