//! The enum of an aggregate's events.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::Generics;
use syn::ext::IdentExt as _;

use crate::ast::Event;
use crate::ast::event_enum::EventEnum;
use crate::crate_path::CratePath;
use crate::expand::event_impls::event_impl;
use crate::expand::shape::{Shape, stored_type};

/// The enum that `#[events]` makes.
pub(super) fn generated_enum(shape: &Shape<'_>) -> TokenStream {
    let Shape { krate, ident, generics, events, aggregate } = shape;
    let where_clause = &generics.where_clause;
    let doc = aggregate.map(|aggregate| format!(" The events of [`{aggregate}`]."));
    let serde = serde_attributes(krate, generics);
    let variants = events.iter().map(|event| {
        let (variant, cfgs, serde) = (&event.variant, event.cfgs(), serde_names(event));
        let docs: Vec<_> = event.attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).collect();
        let doc = docs.is_empty().then(|| format!(" The event `{}`.", event.name.text)).into_iter();
        let fields = event.fields.iter().map(|field| {
            let (attributes, ty) = (&field.attributes, stored_type(field));
            let mut name = field.ident.clone();
            // What serde has to say about a field's type, it says under the name.
            if let Some(first) = field.ty.to_token_stream().into_iter().next() {
                name.set_span(first.span().resolved_at(name.span()));
            }
            quote!(#(#attributes)* #name: #ty)
        });
        let fields = (!event.fields.is_empty()).then(|| quote!({ #(#fields,)* }));
        quote!(#(#cfgs)* #(#docs)* #(#[doc = #doc])* #serde #variant #fields)
    });
    quote! {
        #[doc = #doc]
        #[derive(
            ::core::clone::Clone,
            #krate::__private::serde::Serialize,
            #krate::__private::serde::Deserialize,
        )]
        #serde
        #[allow(missing_docs, private_interfaces, unreachable_pub, clippy::exhaustive_enums, clippy::pedantic)]
        pub enum #ident #generics #where_clause { #(#variants,)* }
    }
}

/// A user's own enum: as it was written, with what serde needs, and its impl.
pub(crate) fn user_enum(item: &EventEnum<'_>) -> TokenStream {
    let shape = Shape::of_user(item);
    let krate = &item.krate;
    let mut original = item.original.clone();
    for (variant, event) in original.variants.iter_mut().zip(&item.events) {
        variant.attrs.retain(|attribute| !attribute.path().is_ident("event"));
        let serde: syn::Result<Vec<_>> =
            syn::parse::Parser::parse2(syn::Attribute::parse_outer, serde_names(event).into_token_stream());
        variant.attrs.extend(serde.unwrap_or_default());
    }
    let clone = (!item.derives("Clone")).then(|| quote!(::core::clone::Clone,));
    let serialize = (!item.derives("Serialize")).then(|| quote!(#krate::__private::serde::Serialize,));
    let deserialize = (!item.derives("Deserialize")).then(|| quote!(#krate::__private::serde::Deserialize,));
    let serde = (serialize.is_some() && deserialize.is_some()).then(|| serde_attributes(krate, &shape.generics));
    let event = event_impl(&shape);
    quote! {
        #[derive(#clone #serialize #deserialize)]
        #serde
        #original
        const _: () = { #event };
    }
}

fn serde_attributes(krate: &CratePath, generics: &Generics) -> TokenStream {
    let path = quote!(#krate::__private::serde).to_string().replace(' ', "");
    // A generic enum says its bounds itself; serde's guesses would stand beside them and be ambiguous.
    let bound = (!generics.params.is_empty()).then(|| quote!(, bound = ""));
    quote!(#[serde(crate = #path #bound)])
}

fn serde_names(event: &Event) -> Option<TokenStream> {
    let name = &event.name.text;
    let rename = (event.variant.unraw() != *name).then(|| quote!(rename = #name,));
    let aliases = event.aliases.iter().map(|alias| &alias.text);
    let aliases = quote!(#(alias = #aliases,)*);
    (rename.is_some() || !aliases.is_empty()).then(|| quote!(#[serde(#rename #aliases)]))
}
