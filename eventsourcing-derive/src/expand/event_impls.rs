//! What an event enum implements.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;

use crate::ast::Event;
use crate::crate_path::CratePath;
use crate::expand::shape::Shape;
use crate::expand::{compared, derived, event_field};

/// `Event`; `Clone`, unless rustc derives it; and `Debug`, `PartialEq` and `Eq` if all fields have them.
pub(super) fn impls(shape: &Shape<'_>, past: &TokenStream) -> TokenStream {
    let event = event_impl(shape, past);
    let clone = (!derived::is_clone_derived(shape)).then(|| derived::clone(shape));
    let (debug, eq) = (derived::debug(shape), derived::eq(shape));
    quote!(#event #clone #debug #eq)
}

pub(super) fn event_impl(shape: &Shape<'_>, past: &TokenStream) -> TokenStream {
    let Shape { krate, ident, generics, events, .. } = shape;
    let (impl_generics, types, _) = generics.split_for_impl();
    let where_clause = shape.where_clause(event_field::bounds(shape));
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
