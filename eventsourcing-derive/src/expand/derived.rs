//! What rustc could derive for an event enum, were it not that a type in it may lack the trait: `Clone`, `Debug`, `PartialEq` and `Eq`.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use crate::ast::Event;
use crate::ast::field::Field;
use crate::expand::event_field::{self, is_asked};
use crate::expand::shape::Shape;
use crate::expand::types::{has_eq, is_primitive};
use crate::tokens::located_at;

/// Whether each field is `Clone` for certain, so that rustc's `derive` has nothing to say.
pub(super) fn is_clone_derived(shape: &Shape<'_>) -> bool {
    shape.events.iter().flat_map(|event| &event.fields).all(|field| is_primitive(&field.ty))
}

/// `Clone`, under the bounds that the enum is an `Event` under: of a type that is not, all that asks for it is one message.
pub(super) fn clone(shape: &Shape<'_>) -> TokenStream {
    let Shape { ident, generics, events, .. } = shape;
    let (impl_generics, types, _) = generics.split_for_impl();
    // What a generic type needs, the enum's own bounds say: without that it is no `Event` either.
    let needs_one = |event: &Event, field: &Field| !is_asked(shape, event, field) && !shape.is_generic_over(field);
    let others = bounds(shape, &quote!(::core::clone::Clone), needs_one);
    let where_clause = shape.where_clause(event_field::bounds(shape).into_iter().chain(others));
    let arms = events.iter().map(|event| {
        let (cfgs, variant, fields) = (event.cfgs(), &event.variant, idents(event));
        let bindings = numbered("__", &fields);
        let copies = event.fields.iter().zip(&bindings).map(|(field, binding)| {
            // What has no bound is reported under its type.
            located_at(field.ty.span(), quote!(::core::clone::Clone::clone(#binding)))
        });
        quote! {
            #(#cfgs)* Self::#variant { #(#fields: #bindings),* } => {
                Self::#variant { #(#fields: #copies),* }
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::clone::Clone for #ident #types #where_clause {
            fn clone(&self) -> Self {
                match self { #(#arms)* }
            }
        }
    }
}

pub(super) fn debug(shape: &Shape<'_>) -> TokenStream {
    let Shape { ident, generics, events, .. } = shape;
    let (impl_generics, types, _) = generics.split_for_impl();
    let where_clause = where_all(shape, &quote!(::core::fmt::Debug));
    let arms = events.iter().map(|event| {
        let (cfgs, variant, fields) = (event.cfgs(), &event.variant, idents(event));
        let names = fields.iter().map(|field| field.unraw().to_string());
        let text = variant.unraw().to_string();
        if fields.is_empty() {
            quote!(#(#cfgs)* Self::#variant => ::core::fmt::Formatter::write_str(__f, #text))
        } else {
            let bindings = numbered("__", &fields);
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

/// `PartialEq` and `Eq`.
pub(super) fn eq(shape: &Shape<'_>) -> TokenStream {
    let Shape { ident, generics, events, .. } = shape;
    let (impl_generics, types, _) = generics.split_for_impl();
    let where_clause = where_all(shape, &quote!(::core::cmp::PartialEq));
    let arms = events.iter().map(|event| {
        let (cfgs, variant, fields) = (event.cfgs(), &event.variant, idents(event));
        let (left, right) = (numbered("__left_", &fields), numbered("__right_", &fields));
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

fn idents(event: &Event) -> Vec<&Ident> {
    event.fields.iter().map(|field| &field.ident).collect()
}

/// A name for each of these.
fn numbered(prefix: &str, fields: &[&Ident]) -> Vec<Ident> {
    (0..fields.len()).map(|n| format_ident!("{prefix}{n}")).collect()
}

/// The enum's own where clause, and each field's type bound by a trait.
fn where_all(shape: &Shape<'_>, bound: &TokenStream) -> Option<TokenStream> {
    shape.where_clause(bounds(shape, bound, |_, field| !has_eq(&field.ty)))
}

/// A bound of the type of each field that needs one, each type once. `for<'__type>` lets one that is known to be false stand: the impl is then simply not
/// there. <https://github.com/rust-lang/rust/issues/48214>
///
/// A bound cannot stand under a `#[cfg]`, so the fields of an event that does must have the trait; and so must one that holds events, whose bound
/// would ask itself.
fn bounds(shape: &Shape<'_>, bound: &TokenStream, needs_one: impl Fn(&Event, &Field) -> bool) -> Vec<TokenStream> {
    let mut seen = HashSet::new();
    let unconditional = shape.events.iter().filter(|event| !event.is_conditional());
    let fields = unconditional.flat_map(|event| event.fields.iter().map(move |field| (event, field)));
    let fields = fields.filter(|(event, field)| needs_one(event, field) && !shape.is_recursive(field));
    let types = fields.map(|(_, field)| shape.stored_type(field)).filter(|ty| seen.insert(ty.to_string()));
    types.map(|ty| quote!(for<'__type> #ty: #bound)).collect()
}
