//! Bounds by which a type that cannot be stored is reported in our words, and once: what serde makes of the enum is there only under them, so that
//! nothing is wrong within it, and the enum is an `Event` only under them, which is asked where the events are tied to their aggregate.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::spanned::Spanned as _;
use syn::{Attribute, GenericArgument, LitStr, PathArguments, Type, parse_quote};

use crate::ast::Event;
use crate::ast::field::Field;
use crate::expand::shape::Shape;
use crate::expand::types::{PRIMITIVES, is_primitive};
use crate::tokens::{self, is_punct, located_at, text_in_any_edition, words};

/// What serde stores if it stores what is in it.
const CONTAINERS: [&str; 3] = ["Box", "Option", "Vec"];

/// A bound for each type that may be wrong, under it. `for<'__type>` lets one that is known to be false stand; serde has a `'__a`.
/// <https://github.com/rust-lang/rust/issues/48214>
pub(super) fn bounds(shape: &Shape<'_>) -> Vec<TokenStream> {
    by_field(shape).into_iter().map(|(_, bound)| bound).collect()
}

/// The same for serde, which reads a text: those of the enum, where a field has a bound of the user's, and those on the field that has the type, so that
/// what rustc has to say of a name in it is said once, as its place is the same.
pub(super) fn serde_bounds<'a>(shape: &'a Shape<'_>) -> (Vec<TokenStream>, Vec<(&'a Field, Attribute)>) {
    let has_bound = |field: &Field| {
        let mut serde = field.attributes.iter().filter(|attribute| attribute.path().is_ident("serde"));
        serde.any(|attribute| words(attribute.meta.to_token_stream()).iter().any(|word| word == "bound"))
    };
    let (of_enum, of_fields): (Vec<_>, Vec<_>) = by_field(shape).into_iter().partition(|(field, _)| has_bound(field));
    let attribute = |(field, bound)| {
        // The lifetime is used: at this place it is as if the user had written it, and `unused_lifetimes` may be on. What is stored borrows nothing.
        let text = LitStr::new(&text_in_any_edition(quote!(#bound + '__type)), place_of_name(field));
        (field, parse_quote!(#[serde(bound = #text)]))
    };
    (of_enum.into_iter().map(|(_, bound)| bound).collect(), of_fields.into_iter().map(attribute).collect())
}

fn by_field<'a>(shape: &'a Shape<'_>) -> Vec<(&'a Field, TokenStream)> {
    let private = shape.krate.in_text(shape.ident).path;
    let asked = asked(shape);
    let is_only_one = asked.len() == 1;
    let bound = |(field, ty): (&'a Field, TokenStream)| {
        // One type can be named twice: by itself, and through a trait. Under `for<..>` rustc does not see that the two are one, and with both bounds
        // it could not choose. (A `type` alias may hide the second, which is then not seen here: the type itself is to be written.)
        let is_projected = words(ty.clone()).iter().any(|word| word == "as");
        let bound = if is_projected && !is_only_one { quote!(ProjectedEventField) } else { quote!(EventField) };
        let span = field.ty.span();
        let (any, bound) = (located_at(span, quote!(for<'__type>)), located_at(span, quote!(: #private::#bound)));
        (field, quote!(#any #ty #bound))
    };
    asked.into_iter().map(bound).collect()
}

/// Where the name stands in a field's type that may be unknown: the last one that is not the language's own, and begins a path.
fn place_of_name(field: &Field) -> Span {
    let mut place = field.ty.span();
    tokens::each(field.ty.to_token_stream(), |before, here| {
        if let [TokenTree::Ident(name), ..] = here
            && !before.last().is_some_and(|before| is_punct(before, ':'))
            && !PRIMITIVES.iter().any(|primitive| name == primitive)
        {
            place = name.span();
        }
    });
    place
}

/// Where to report what is wrong: under the one type that may be, or else where the aggregate is named.
pub(super) fn span(shape: &Shape<'_>, otherwise: Span) -> Span {
    match &*asked(shape) {
        [(field, _)] => field.ty.span(),
        _ => otherwise,
    }
}

/// The fields that are asked about, each type once.
fn asked<'a>(shape: &'a Shape<'_>) -> Vec<(&'a Field, TokenStream)> {
    let mut seen = HashSet::new();
    let fields = shape.events.iter().flat_map(|event| event.fields.iter().map(move |field| (event, field)));
    let asked = fields.filter(|(event, field)| is_asked(shape, event, field) && !is_plain(&field.ty));
    let types = asked.map(|(_, field)| (field, shape.stored_type(field)));
    types.filter(|(_, ty)| seen.insert(ty.to_string())).collect()
}

/// Whether a bound speaks of a field's type, or it is known to be right. A bound cannot stand under a `#[cfg]`; one of a generic type is the user's to
/// write; what serde is given a function for, or skips, may be of any type; and one of a type that holds events would ask itself.
pub(super) fn is_asked(shape: &Shape<'_>, event: &Event, field: &Field) -> bool {
    // The name of a crate that `$crate` stands for cannot be written in the text that serde takes.
    let is_from_elsewhere = || words(shape.stored_type(field)).iter().any(|word| word == "$crate");
    !event.is_conditional()
        && !field.serde.is_reshaped
        && !field.serde.is_skipped()
        && !shape.is_generic_over(field)
        && !shape.is_recursive(field)
        && !is_from_elsewhere()
}

/// Whether serde is known to store it.
fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => is_plain(&reference.elem),
        Type::Slice(slice) => is_plain(&slice.elem),
        Type::Path(path) if path.qself.is_none() && path.path.segments.len() == 1 => {
            path.path.segments.first().is_some_and(|segment| match &segment.arguments {
                PathArguments::None => is_primitive(ty),
                PathArguments::AngleBracketed(arguments) => {
                    let is_plain =
                        |argument: &GenericArgument| matches!(argument, GenericArgument::Type(ty) if is_plain(ty));
                    CONTAINERS.iter().any(|container| segment.ident == container) && arguments.args.iter().all(is_plain)
                }
                PathArguments::Parenthesized(_) => false,
            })
        }
        other => other.to_token_stream().is_empty(),
    }
}
