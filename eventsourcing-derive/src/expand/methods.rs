//! The user's `impl` block, in which the events record.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, Pat, Signature};

use crate::ast::events::Events;
use crate::ast::method::EventMethod;
use crate::expand::expect_as_allow;

pub(super) fn methods(events: &Events<'_>) -> TokenStream {
    let (attributes, aggregate, plain) = (&events.original.attrs, &events.aggregate.ty, &events.plain);
    let (impl_generics, _, where_clause) = events.original.generics.split_for_impl();
    let recording = events.methods.iter().map(|method| recording(events, method));
    quote! {
        #(#attributes)*
        impl #impl_generics #aggregate #where_clause {
            #(#recording)*
            #(#plain)*
        }
    }
}

fn recording(events: &Events<'_>, method: &EventMethod<'_>) -> TokenStream {
    let (krate, enum_ident) = (&events.krate, &events.enum_ident);
    let attributes = method.event.attributes.iter().map(expect_as_allow);
    let (vis, signature) = (&method.original.vis, bare(&method.original.sig));
    let variant = &method.event.variant;
    let fields = method.event.fields.iter().map(|field| {
        let ident = &field.ident;
        if field.lent.is_some() { quote!(#ident: ::std::borrow::ToOwned::to_owned(#ident)) } else { quote!(#ident) }
    });
    let event = quote!(#enum_ident::#variant { #(#fields),* });
    let record = if method.creates {
        quote!(#krate::__private::create(#event))
    } else {
        quote!(#krate::Aggregate::record(self, #event);)
    };
    quote!(#(#attributes)* #vis #signature { #record })
}

/// A signature with plain names for its arguments: what was a pattern is of concern to the body alone.
pub(super) fn bare(signature: &Signature) -> Signature {
    let mut bare = signature.clone();
    for argument in &mut bare.inputs {
        if let FnArg::Typed(argument) = argument {
            argument.attrs.clear();
            if let Pat::Ident(pattern) = &mut *argument.pat {
                pattern.mutability = None;
            }
        }
    }
    bare
}
