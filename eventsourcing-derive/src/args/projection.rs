//! `#[projection(..)]`.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser as _};
use syn::{LitInt, LitStr};

use crate::args::ignored::Ignored;
use crate::args::options::{options, value};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

/// `#[projection(version = 1, ignore(AccountEvent::Renamed, CustomerEvent::..))]`.
#[derive(Default)]
pub(crate) struct ProjectionArgs {
    pub(crate) version: Option<LitInt>,
    pub(crate) name: Option<LitStr>,
    pub(crate) ignored: Vec<Ignored>,
    pub(crate) krate: CratePath,
}

/// What `#[projection(..)]` takes.
#[derive(Clone, Copy, PartialEq)]
enum Key {
    Version,
    Ignore,
    Name,
    Crate,
}

const KEYS: [(&str, Key); 4] =
    [("version", Key::Version), ("ignore", Key::Ignore), ("name", Key::Name), ("crate", Key::Crate)];

impl ProjectionArgs {
    pub(crate) fn from_tokens(ctxt: &Ctxt, tokens: TokenStream) -> Self {
        let mut args = Self::default();
        let parsed = (|input: ParseStream<'_>| {
            options(ctxt, input, &KEYS, &[Key::Ignore], |key, input| {
                match key {
                    Key::Version => args.version = Some(value(input)?),
                    Key::Ignore => args.ignored.extend(Ignored::list(ctxt, input)?),
                    Key::Name => args.name = Some(value(input)?),
                    Key::Crate => args.krate = CratePath::parse(ctxt, input)?,
                }
                Ok(())
            })
        })
        .parse2(tokens);
        ctxt.ok(parsed);
        args
    }
}
