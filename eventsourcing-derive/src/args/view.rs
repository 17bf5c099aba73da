//! `#[view(..)]`.

use syn::{Attribute, Ident, LitStr, Token};

use crate::args::{each_list, options, value};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

/// `#[view(..)]` on a struct.
#[derive(Default)]
pub(crate) struct ViewArgs {
    pub(crate) name: Option<LitStr>,
    pub(crate) krate: CratePath,
}

/// `#[view(..)]` on a field.
#[derive(Default)]
pub(crate) struct ColumnArgs {
    pub(crate) is_key: bool,
    /// The word that says so.
    pub(crate) index: Option<Ident>,
}

impl ViewArgs {
    pub(crate) fn from_attributes(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut args = Self::default();
        each_list(ctxt, attributes, "view", |input| {
            options(ctxt, input, &["name", "crate"], &[], |key, input| {
                match key {
                    "name" => args.name = Some(value(input)?),
                    _ => args.krate = CratePath::parse(ctxt, input)?,
                }
                Ok(())
            })
        });
        args
    }
}

impl ColumnArgs {
    pub(crate) fn from_attributes(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut args = Self::default();
        each_list(ctxt, attributes, "view", |input| {
            // Where the word stands: `options` has read it by the time that it is asked.
            let ahead = input.fork();
            options(ctxt, input, &["key", "index"], &[], |key, input| {
                if input.peek(Token![=]) {
                    return Err(input.error(format_args!("`{key}` takes no value: write it alone")));
                }
                match key {
                    "key" => args.is_key = true,
                    _ => args.index = Some(Ident::new(key, word(&ahead, key))),
                }
                Ok(())
            })
        });
        args
    }
}

/// Where a word stands among those to come.
fn word(ahead: syn::parse::ParseStream<'_>, word: &str) -> proc_macro2::Span {
    let tokens: proc_macro2::TokenStream = ahead.fork().parse().unwrap_or_default();
    let found = tokens.into_iter().find(|token| token.to_string() == word);
    found.map_or_else(proc_macro2::Span::call_site, |token| token.span())
}
