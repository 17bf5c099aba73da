//! The options in our attributes: tokens, spans and our words, nothing of what is made of them.

mod aggregate;
mod application;
mod event;
mod item;
mod schema;
mod serde;
mod upcast;

use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Meta, Token};

pub(crate) use self::aggregate::{AggregateArgs, AggregateFieldArgs};
pub(crate) use self::application::{ApplicationArgs, Initial, initial};
pub(crate) use self::event::EventArgs;
pub(crate) use self::item::{EventsArgs, ItemArgs};
pub(crate) use self::schema::{SchemaArgs, is_opaque};
pub(crate) use self::serde::{SerdeArgs, serde_keys};
pub(crate) use self::upcast::{UpcastArgs, is_recorded};
use crate::ctxt::Ctxt;

fn each_list(
    ctxt: &Ctxt,
    attributes: &[Attribute],
    name: &str,
    mut parse: impl FnMut(ParseStream<'_>) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        ctxt.ok(attribute.parse_args_with(&mut parse));
    }
}

/// Whether it is `#[event]`, by whatever path.
pub(crate) fn is_event_mark(attribute: &Attribute) -> bool {
    is_mark(attribute, "event")
}

/// Whether it is `#[upcast]`, by whatever path.
pub(crate) fn is_upcast_mark(attribute: &Attribute) -> bool {
    is_mark(attribute, "upcast")
}

/// Whether it is `#[cfg_attr(.., event(..))]`, or the same with `upcast`, whose condition no macro knows.
pub(crate) fn is_conditional_mark(attribute: &Attribute) -> bool {
    let marks = |(condition, meta): (usize, &Meta)| {
        condition > 0 && meta.path().segments.last().is_some_and(|last| last.ident == "event" || last.ident == "upcast")
    };
    attribute.path().is_ident("cfg_attr")
        && attribute
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|metas| metas.iter().enumerate().any(marks))
}

/// Whether a trait of this name is derived.
pub(crate) fn is_derived(attributes: &[Attribute], name: &str) -> bool {
    let derives = |attribute: &Attribute| {
        let mut found = false;
        // What cannot be read here is rustc's to refuse.
        let _unreadable = attribute.parse_nested_meta(|meta| {
            found |= meta.path.segments.last().is_some_and(|segment| segment.ident == name);
            Ok(())
        });
        found
    };
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(derives)
}

fn is_mark(attribute: &Attribute, name: &str) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == name)
}

/// Reads `key`, `key = value`, .. up to the end. `known` names each key; `each` reads what follows one.
fn options<K: Copy + PartialEq>(
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

fn value<T: syn::parse::Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
