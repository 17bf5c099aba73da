//! The comparison of what was written with what was read of it, field by field, where the type of a field has one.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Type};

use crate::crate_path::CratePath;
use crate::expand::shape::Shape;
use crate::expand::types::is_primitive;

/// Whether a value may be read as another although serde writes the two differently: not one of the language's own types or a text, in serde's own form.
pub(super) fn may_differ(ty: &Type, attributes: &[Attribute]) -> bool {
    !is_primitive(ty) || attributes.iter().any(|attribute| attribute.path().is_ident("serde"))
}

/// Returns from the function around it if two values of this type differ.
pub(super) fn unless_equal(
    krate: &CratePath,
    ty: &TokenStream,
    name: &str,
    (written, read): (&TokenStream, &TokenStream),
) -> TokenStream {
    quote! {
        if #krate::__private::Compared::<#ty>::differ(#written, #read) {
            return ::core::option::Option::Some(#name);
        }
    }
}

/// The function, with what it returns from.
pub(super) fn differing_field(krate: &CratePath, comparisons: &TokenStream) -> TokenStream {
    quote! {
        fn differing_field(&self, __read: &Self) -> ::core::option::Option<&'static str> {
            #[allow(unused_imports)]
            use #krate::__private::NotCompared as _;
            #comparisons
            ::core::option::Option::None
        }
    }
}

/// The function for an enum of events.
pub(super) fn of_events(shape: &Shape<'_>) -> Option<TokenStream> {
    let krate = shape.krate;
    let arms: Vec<_> = shape
        .events
        .iter()
        .filter_map(|event| {
            let (cfgs, variant) = (event.cfgs(), &event.variant);
            let compared: Vec<_> =
                event.fields.iter().filter(|field| may_differ(&field.ty, &field.attributes)).collect();
            let fields: Vec<_> = compared.iter().map(|field| &field.ident).collect();
            let written: Vec<_> = (0..fields.len()).map(|n| format_ident!("__written_{n}")).collect();
            let read: Vec<_> = (0..fields.len()).map(|n| format_ident!("__read_{n}")).collect();
            let comparisons = compared.iter().zip(written.iter().zip(&read)).map(|(field, (written, read))| {
                let ty = shape.stored_type(field);
                unless_equal(krate, &ty, &field.name, (&quote!(#written), &quote!(#read)))
            });
            let others = (compared.len() < event.fields.len()).then(|| quote!(..));
            (!compared.is_empty()).then(|| {
                quote! {
                    #(#cfgs)*
                    (
                        Self::#variant { #(#fields: #written,)* #others },
                        Self::#variant { #(#fields: #read,)* #others },
                    ) => { #(#comparisons)* }
                }
            })
        })
        .collect();
    (!arms.is_empty()).then(|| {
        let comparisons = quote! {
            #[allow(unreachable_patterns)] // where there is one variant
            match (self, __read) {
                #(#arms)*
                _ => {}
            }
        };
        differing_field(krate, &comparisons)
    })
}
