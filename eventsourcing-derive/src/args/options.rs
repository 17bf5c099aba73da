//! Lists of options: `key`, `key = value`, ..

use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Token};

use crate::ctxt::Ctxt;

pub(super) fn each_list(
    ctxt: &Ctxt,
    attributes: &[Attribute],
    name: &str,
    mut parse: impl FnMut(ParseStream<'_>) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        ctxt.ok(attribute.parse_args_with(&mut parse));
    }
}

/// Reads `key`, `key = value`, .. up to the end. `known` names each key; `each` reads what follows one.
pub(super) fn options<K: Copy + PartialEq>(
    ctxt: &Ctxt,
    input: ParseStream<'_>,
    known: &[(&str, K)],
    repeatable: &[K],
    mut each: impl FnMut(K, ParseStream<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    let mut seen: Vec<K> = Vec::new();
    let listed = known.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    while !input.is_empty() {
        if !input.peek(Ident::peek_any) {
            return Err(input.error(format_args!("this is not an option; known here: {listed}")));
        }
        let written = Ident::parse_any(input)?;
        if let Some((_, key)) = known.iter().find(|(name, _)| written == name) {
            if seen.contains(key) && !repeatable.contains(key) {
                ctxt.error(&written, format_args!("option `{written}` is given twice: leave one"));
            }
            seen.push(*key);
            each(*key, input)?;
        } else {
            ctxt.error(&written, format_args!("unknown option `{written}`; known here: {listed}"));
            skip_value(input)?;
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

pub(super) fn value<T: syn::parse::Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

/// That a word is there, which takes no value.
pub(super) fn flag(name: &str, input: ParseStream<'_>) -> syn::Result<bool> {
    if input.peek(Token![=]) {
        return Err(input.error(format_args!("`{name}` takes no value: write it alone")));
    }
    Ok(true)
}

/// Leaves what is not understood to the next option.
pub(super) fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
