//! Questions to the compiler: whether JSON has a form for each value of a type.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::spanned::Spanned as _;
use syn::{Generics, Type};

use crate::ast::field::Field;
use crate::ast::schema::{Content, Schema, Stored};
use crate::crate_path::CratePath;
use crate::expand::field_shape::{asserted, seen, seen_type};
use crate::expand::shape::Shape;
use crate::expand::types::{is_known_outside, is_primitive};
use crate::tokens::{located_at, words};

/// One constant for each field of each event, under its type.
pub(super) fn of_events(shape: &Shape<'_>) -> TokenStream {
    let krate = shape.krate;
    let events = shape.events.iter().map(|event| {
        let cfgs: Vec<_> = event.cfgs().collect();
        // A constant cannot speak of what the enum is generic over, or of `Self`.
        let is_asked = |field: &&Field| {
            !field.serde.is_reshaped
                && !shape.is_generic_over(field)
                && !words(shape.stored_type(field)).contains(&"Self".to_owned())
        };
        let fields = event.fields.iter().filter(is_asked);
        let fields = fields.map(|field| {
            let question = question(krate, &field.ty, &seen(shape, field));
            (!question.is_empty()).then(|| quote!(#(#cfgs)* #question))
        });
        quote!(#(#fields)*)
    });
    events.collect()
}

/// One constant for each part of a type.
pub(super) fn of_schema(item: &Schema<'_>) -> TokenStream {
    let mut parts = Vec::new();
    parts_of(&item.content, &mut parts);
    of_types(&item.krate, &item.original.generics, parts.into_iter().map(|part| (part.ty, part.opaque)))
}

/// One constant for each of these types, which may be opaque.
pub(super) fn of_types<'a>(
    krate: &CratePath,
    generics: &Generics,
    types: impl Iterator<Item = (&'a Type, bool)>,
) -> TokenStream {
    let types = types.filter(|(ty, opaque)| !opaque && is_known_outside(generics, ty));
    let types = types.map(|(ty, _)| question(krate, ty, &seen_type(krate, &ty.to_token_stream())));
    types.collect()
}

/// Asked only where the shape is seen: that it is not is said elsewhere.
fn question(krate: &CratePath, ty: &Type, seen: &TokenStream) -> TokenStream {
    if is_primitive(ty) {
        return TokenStream::new();
    }
    let assert = located_at(ty.span(), quote!(#krate::__private::assert_storable(#seen)));
    asserted(krate, &assert)
}

fn parts_of<'a>(content: &'a Content<'a>, parts: &mut Vec<&'a Stored<'a>>) {
    match content {
        Content::Unit => {}
        Content::Same(part) => parts.push(part),
        Content::Tuple(all) => parts.extend(all),
        Content::Fields(fields) => parts.extend(fields.iter().map(|field| &field.stored)),
        Content::Variants(_, variants) => variants.iter().for_each(|variant| parts_of(&variant.content, parts)),
    }
}
