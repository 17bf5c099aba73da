//! `#[aggregate(unique)]` and `#[aggregate(unique = "name")]` on a field.

use syn::parse::ParseStream;
use syn::{LitStr, Token};

/// That the values of a field are unique.
#[derive(Clone)]
pub(crate) struct UniqueArgs {
    /// The stored name, if it is not the field's own.
    pub(crate) name: Option<LitStr>,
}

impl UniqueArgs {
    /// Reads what follows the word.
    pub(super) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let takes =
            "write `unique`, or `unique = \"..\"` with the stored name of the field, by which its claims are found";
        if input.is_empty() || input.peek(Token![,]) {
            return Ok(Self { name: None });
        }
        if !input.peek(Token![=]) {
            return Err(input.error(takes));
        }
        input.parse::<Token![=]>()?;
        let name = input.parse().map_err(|error| syn::Error::new(error.span(), takes))?;
        Ok(Self { name: Some(name) })
    }
}
