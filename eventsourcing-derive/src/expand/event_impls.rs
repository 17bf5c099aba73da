//! What an event enum implements.

use std::collections::HashSet;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt as _;

use crate::ast::Event;
use crate::crate_path::CratePath;
use crate::expand::shape::Shape;
use crate::expand::types::has_eq;
use crate::expand::{compared, event_field};

/// `Event`; and `Debug`, `PartialEq` and `Eq` if all fields have them.
pub(super) fn impls(shape: &Shape<'_>, past: &TokenStream) -> TokenStream {
    let event = event_impl(shape, past);
    let debug = debug_impl(shape);
    let eq = eq_impl(shape);
    quote!(#event #debug #eq)
}

pub(super) fn event_impl(shape: &Shape<'_>, past: &TokenStream) -> TokenStream {
    let Shape { krate, ident, generics, events, .. } = shape;
    let (impl_generics, types, where_clause) = generics.split_for_impl();
    let own = where_clause.iter().flat_map(|clause| &clause.predicates);
    let own: Vec<_> = own.map(ToTokens::to_token_stream).chain(event_field::bounds(shape)).collect();
    let where_clause = (!own.is_empty()).then(|| quote!(where #(#own,)*));
    let kinds: Vec<_> = events.iter().map(|event| kind(krate, event)).collect();
    let cfgs: Vec<Vec<_>> = events.iter().map(|event| event.cfgs().collect()).collect();
    let variants = events.iter().map(|event| &event.variant);
    // Where some may be configured away, the place of one among them is not known.
    let is_conditional = events.iter().any(|event| event.is_conditional());
    let places = kinds.iter().enumerate().map(|(at, kind)| {
        let at = Literal::usize_unsuffixed(at);
        if is_conditional { quote!(const { &#kind }) } else { quote!(&Self::KINDS[#at]) }
    });
    let allow = (!is_conditional).then(|| quote!(#[allow(clippy::indexing_slicing)]));
    let names = events.iter().map(|event| event.variant.unraw().to_string());
    let differing_field = compared::of_events(shape);
    quote! {
        #[automatically_derived]
        impl #impl_generics #krate::__private::ListedEvents for #ident #types #where_clause {
            const VARIANTS: &'static [&'static str] = &[#(#(#cfgs)* #names,)*];
        }

        #[automatically_derived]
        impl #impl_generics #krate::Event for #ident #types #where_clause {
            const KINDS: &'static [#krate::EventKind] = &[#(#(#cfgs)* #kinds,)*];
            #past

            #allow
            fn kind(&self) -> &'static #krate::EventKind {
                match self {
                    #(#(#cfgs)* Self::#variants { .. } => #places,)*
                }
            }

            #differing_field
        }
    }
}

fn kind(krate: &CratePath, event: &Event) -> TokenStream {
    let name = &event.name.text;
    let aliases: Vec<_> = event.aliases.iter().map(|alias| &alias.text).collect();
    let aliases = (!aliases.is_empty()).then(|| quote!(.aliases(&[#(#aliases),*])));
    let version = event.version.map(|version| version.number).filter(|version| *version > 1);
    let version = version.map(|version| quote!(.version(#version)));
    let discards = event.discard.then(|| quote!(.discards()));
    let revives = event.revives.then(|| quote!(.revives()));
    quote!(#krate::EventKind::new(#name)#aliases #version #discards #revives)
}

fn debug_impl(shape: &Shape<'_>) -> TokenStream {
    let Shape { ident, generics, events, .. } = shape;
    let (impl_generics, types, _) = generics.split_for_impl();
    let where_clause = where_all(shape, &quote!(::core::fmt::Debug));
    let arms = events.iter().map(|event| {
        let (cfgs, variant) = (event.cfgs(), &event.variant);
        let fields: Vec<_> = event.fields.iter().map(|field| &field.ident).collect();
        let names = fields.iter().map(|field| field.unraw().to_string());
        let text = variant.unraw().to_string();
        if fields.is_empty() {
            quote!(#(#cfgs)* Self::#variant => ::core::fmt::Formatter::write_str(__f, #text))
        } else {
            let bindings: Vec<_> = (0..fields.len()).map(|n| format_ident!("__{n}")).collect();
            quote! {
                #(#cfgs)* Self::#variant { #(#fields: #bindings),* } => {
                    ::core::fmt::Formatter::debug_struct(__f, #text)#(.field(#names, #bindings))*.finish()
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::fmt::Debug for #ident #types #where_clause {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self { #(#arms,)* }
            }
        }
    }
}

fn eq_impl(shape: &Shape<'_>) -> TokenStream {
    let Shape { ident, generics, events, .. } = shape;
    let (impl_generics, types, _) = generics.split_for_impl();
    let where_clause = where_all(shape, &quote!(::core::cmp::PartialEq));
    let arms = events.iter().map(|event| {
        let (cfgs, variant) = (event.cfgs(), &event.variant);
        let fields: Vec<_> = event.fields.iter().map(|field| &field.ident).collect();
        let left: Vec<_> = (0..fields.len()).map(|n| format_ident!("__left_{n}")).collect();
        let right: Vec<_> = (0..fields.len()).map(|n| format_ident!("__right_{n}")).collect();
        let equal = if fields.is_empty() { quote!(true) } else { quote!(#(#left == #right)&&*) };
        quote! {
            #(#cfgs)* (Self::#variant { #(#fields: #left),* }, Self::#variant { #(#fields: #right),* }) => { #equal }
        }
    });
    let others = (events.len() > 1).then(|| quote!(_ => false,));
    let where_eq = where_all(shape, &quote!(::core::cmp::Eq));
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::cmp::PartialEq for #ident #types #where_clause {
            #[allow(unreachable_patterns)] // where a `#[cfg]` leaves one variant
            fn eq(&self, __other: &Self) -> bool {
                match (self, __other) { #(#arms)* #others }
            }
        }

        #[automatically_derived]
        impl #impl_generics ::core::cmp::Eq for #ident #types #where_eq {}
    }
}

/// The enum's own where clause, and each field's type bound by a trait. `for<'__a>` lets a bound that is known to be false
/// stand: the impl is then simply not there. <https://github.com/rust-lang/rust/issues/48214>
///
/// A bound cannot stand under a `#[cfg]`, so the fields of an event that does must have the trait; and so must one that holds events, whose bound
/// would ask itself.
fn where_all(shape: &Shape<'_>, bound: &TokenStream) -> TokenStream {
    let own = shape.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let mut seen = HashSet::new();
    let fields = shape.events.iter().flat_map(|event| {
        let cfgd = event.cfgs().next().is_some();
        let fields = event.fields.iter().filter(move |field| !cfgd && !has_eq(&field.ty) && !shape.is_recursive(field));
        fields.map(|field| shape.stored_type(field))
    });
    let fields = fields.filter(|ty| seen.insert(ty.to_string()));
    let bounds: Vec<_> =
        own.map(ToTokens::to_token_stream).chain(fields.map(|ty| quote!(for<'__a> #ty: #bound))).collect();
    if bounds.is_empty() { TokenStream::new() } else { quote!(where #(#bounds,)*) }
}
