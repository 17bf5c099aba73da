//! `#[events(..)]`, `#[event(..)]` on an enum and `#[upcast(..)]` on an `impl` block.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Ident, Path, Token, parenthesized};

use crate::args::options::{options, value};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::EventName;
use crate::names::case::CaseRule;

/// Where there is one option.
#[derive(Default)]
pub(crate) struct ItemArgs {
    pub(crate) krate: CratePath,
}

/// Where events are declared.
#[derive(Default)]
pub(crate) struct EventsArgs {
    pub(crate) krate: CratePath,
    /// The name of the enum that is made, if it is not the usual one.
    pub(crate) enum_ident: Option<Ident>,
    pub(crate) retired: Vec<EventName>,
    /// How the stored names of events follow from their variants.
    pub(crate) rename_all: Option<CaseRule>,
    /// What the enum is to derive beside what it has anyway.
    pub(crate) derives: Vec<Path>,
}

impl ItemArgs {
    pub(crate) fn from_tokens(ctxt: &Ctxt, tokens: TokenStream) -> Self {
        let mut args = Self::default();
        let parsed = (|input: ParseStream<'_>| args.parse(ctxt, input)).parse2(tokens);
        ctxt.ok(parsed);
        args
    }

    fn parse(&mut self, ctxt: &Ctxt, input: ParseStream<'_>) -> syn::Result<()> {
        options(ctxt, input, &[("crate", ())], &[], |(), input| {
            self.krate = CratePath::parse(ctxt, input)?;
            Ok(())
        })
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Key {
    Enum,
    Retired,
    RenameAll,
    Derive,
    Crate,
}

const KEYS: [(&str, Key); 5] = [
    ("enum", Key::Enum),
    ("retired", Key::Retired),
    ("rename_all", Key::RenameAll),
    ("derive", Key::Derive),
    ("crate", Key::Crate),
];

impl EventsArgs {
    pub(crate) fn from_tokens(ctxt: &Ctxt, tokens: TokenStream) -> Self {
        let mut args = Self::default();
        let parsed = (|input: ParseStream<'_>| {
            options(ctxt, input, &KEYS, &[], |key, input| {
                match key {
                    Key::Enum => args.enum_ident = Some(value(input)?),
                    Key::Retired => args.retired = retired(ctxt, input)?,
                    Key::RenameAll => args.rename_all = CaseRule::written(ctxt, &value(input)?),
                    Key::Derive => args.derives = derives(input)?,
                    Key::Crate => args.krate = CratePath::parse(ctxt, input)?,
                }
                Ok(())
            })
        })
        .parse2(tokens);
        ctxt.ok(parsed);
        for name in &mut args.retired {
            name.follow(args.rename_all);
        }
        args
    }
}

/// `(PartialOrd, path::ToSchema)`.
fn derives(input: ParseStream<'_>) -> syn::Result<Vec<Path>> {
    let paths;
    parenthesized!(paths in input);
    Ok(Punctuated::<Path, Token![,]>::parse_terminated(&paths)?.into_iter().collect())
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
