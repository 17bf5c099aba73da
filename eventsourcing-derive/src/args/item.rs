//! `#[events(..)]`, `#[event(..)]` on an enum and `#[upcast(..)]` on an `impl` block.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser as _};
use syn::{Token, parenthesized};

use crate::args::options;
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::EventName;

/// Where there is one option.
#[derive(Default)]
pub(crate) struct ItemArgs {
    pub(crate) krate: CratePath,
}

/// Where events are declared.
#[derive(Default)]
pub(crate) struct EventsArgs {
    pub(crate) krate: CratePath,
    pub(crate) retired: Vec<EventName>,
}

impl ItemArgs {
    pub(crate) fn from_tokens(ctxt: &Ctxt, tokens: TokenStream) -> Self {
        let mut args = Self::default();
        let parsed = (|input: ParseStream<'_>| args.parse(ctxt, input)).parse2(tokens);
        ctxt.ok(parsed);
        args
    }

    fn parse(&mut self, ctxt: &Ctxt, input: ParseStream<'_>) -> syn::Result<()> {
        options(ctxt, input, &["crate"], &[], |_, input| {
            self.krate = CratePath::parse(ctxt, input)?;
            Ok(())
        })
    }
}

impl EventsArgs {
    pub(crate) fn from_tokens(ctxt: &Ctxt, tokens: TokenStream) -> Self {
        let mut args = Self::default();
        let parsed = (|input: ParseStream<'_>| {
            options(ctxt, input, &["retired", "crate"], &[], |key, input| {
                match key {
                    "retired" => args.retired = retired(ctxt, input)?,
                    _ => args.krate = CratePath::parse(ctxt, input)?,
                }
                Ok(())
            })
        })
        .parse2(tokens);
        ctxt.ok(parsed);
        args
    }
}

/// `(OldName, "another old name")`.
fn retired(ctxt: &Ctxt, input: ParseStream<'_>) -> syn::Result<Vec<EventName>> {
    let names;
    parenthesized!(names in input);
    let mut retired = Vec::new();
    while !names.is_empty() {
        retired.push(EventName::parse(ctxt, &names)?);
        if !names.is_empty() {
            names.parse::<Token![,]>()?;
        }
    }
    Ok(retired)
}
