//! `#[view(..)]` on a field.

use syn::{Attribute, Ident, Token};

use crate::args::options::{each_list, options};
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
                let name = if key == ColumnKey::Key { "key" } else { "index" };
                if input.peek(Token![=]) {
                    return Err(input.error(format_args!("`{name}` takes no value: write it alone")));
                }
                match key {
                    ColumnKey::Key => args.is_key = true,
                    ColumnKey::Index => args.index = Some(Ident::new(name, word(&ahead, name))),
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
