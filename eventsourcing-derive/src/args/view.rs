//! `#[view(..)]` on a field.

use proc_macro2::{Span, TokenStream};
use syn::parse::ParseStream;
use syn::{Attribute, Ident};

use crate::args::options::{each_list, flag, options};
use crate::ctxt::Ctxt;

/// `#[view(..)]` on a field.
#[derive(Default)]
pub(crate) struct ColumnArgs {
    pub(crate) is_key: bool,
    /// The word that says so.
    pub(crate) index: Option<Ident>,
}

#[derive(Clone, Copy, PartialEq)]
enum ColumnKey {
    Key,
    Index,
}

impl ColumnArgs {
    pub(crate) fn from_attributes(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut args = Self::default();
        each_list(ctxt, attributes, "view", |input| {
            // Where the word stands: `options` has read it by the time that it is asked.
            let ahead = input.fork();
            options(ctxt, input, &[("key", ColumnKey::Key), ("index", ColumnKey::Index)], &[], |key, input| {
                match key {
                    ColumnKey::Key => args.is_key = flag("key", input)?,
                    ColumnKey::Index => {
                        flag("index", input)?;
                        args.index = Some(Ident::new("index", word(&ahead, "index")));
                    }
                }
                Ok(())
            })
        });
        args
    }
}

/// Where a word stands among those to come.
fn word(ahead: ParseStream<'_>, word: &str) -> Span {
    let tokens: TokenStream = ahead.fork().parse().unwrap_or_default();
    let found = tokens.into_iter().find(|token| token.to_string() == word);
    found.map_or_else(Span::call_site, |token| token.span())
}
