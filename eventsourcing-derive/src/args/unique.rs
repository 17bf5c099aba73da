//! `#[aggregate(unique)]` and `#[aggregate(unique = "name")]` on a field.

use syn::meta::ParseNestedMeta;
use syn::{Ident, LitStr, Token};

/// That the values of a field are unique.
#[derive(Clone)]
pub(crate) struct UniqueArgs {
    /// The word that says so.
    pub(crate) word: Ident,
    /// The stored name, if it is not the field's own.
    pub(crate) name: Option<LitStr>,
}

impl UniqueArgs {
    /// Reads what follows the word.
    pub(super) fn parse(meta: &ParseNestedMeta<'_>, before: Option<&Self>) -> syn::Result<Self> {
        let word = meta.path.require_ident()?.clone();
        if before.is_some() {
            return Err(syn::Error::new_spanned(word, "option `unique` is given twice: leave one"));
        }
        let takes =
            "write `unique`, or `unique = \"..\"` with the stored name of the field, by which its claims are found";
        let name = match meta.input {
            input if input.peek(Token![=]) => {
                let value = meta.value()?;
                Some(value.parse().map_err(|error| syn::Error::new(error.span(), takes))?)
            }
            input if input.is_empty() || input.peek(Token![,]) => None,
            input => return Err(input.error(takes)),
        };
        Ok(Self { word, name })
    }
}
