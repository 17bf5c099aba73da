//! What is printed beside the errors: the user's item as it was, and stand-ins for what would have been generated, so that
//! one mistake is one message.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, ImplItem, ItemEnum, ItemImpl};

use crate::ast::events::Events;
use crate::crate_path::CratePath;
use crate::expand;

/// An `impl` block without our marks. With what could be read of it, the enum of the events that are right, and an `Apply`.
pub(crate) fn events(original: &ItemImpl, read: Option<&Events<'_>>) -> TokenStream {
    let mut item = original.clone();
    for item in &mut item.items {
        if let ImplItem::Fn(function) = item {
            function.attrs.retain(|attribute| !attribute.path().is_ident("event"));
            for argument in &mut function.sig.inputs {
                if let syn::FnArg::Typed(argument) = argument {
                    argument.attrs.clear();
                }
            }
        }
    }
    let stand_ins = read.map(|events| {
        let krate = &events.krate;
        let aggregate = &events.aggregate.ty;
        let (impl_generics, _, where_clause) = original.generics.split_for_impl();
        let (event_enum, event) = expand::stand_in_enum(events);
        quote! {
            #event_enum

            const _: () = {
                #[automatically_derived]
                impl #impl_generics #krate::Apply for #aggregate #where_clause {
                    type Event = #event;

                    fn create(_: Self::Event) -> ::core::option::Option<Self> {
                        ::core::option::Option::None
                    }

                    fn apply(&mut self, _: Self::Event) {}
                }
            };
        }
    });
    quote! {
        #[allow(dead_code, unused_variables)]
        #item
        #stand_ins
    }
}

/// An enum without our marks. (Its `Event` is missing: where it is used, rustc says so.)
pub(crate) fn event_enum(original: &ItemEnum) -> TokenStream {
    let mut item = original.clone();
    for variant in &mut item.variants {
        variant.attrs.retain(|attribute| !attribute.path().is_ident("event"));
    }
    quote!(#item)
}

/// An `Aggregate` that is never used: the program does not compile.
pub(crate) fn aggregate(original: &DeriveInput, krate: &CratePath) -> TokenStream {
    let ident = &original.ident;
    let (impl_generics, types, where_clause) = original.generics.split_for_impl();
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #impl_generics #krate::Aggregate for #ident #types #where_clause {
                const NAME: &'static str = "";

                fn root(&self) -> &#krate::Root<Self> {
                    ::core::unreachable!()
                }

                fn root_mut(&mut self) -> &mut #krate::Root<Self> {
                    ::core::unreachable!()
                }
            }
        };
    }
}

/// An `Application` that is never used.
pub(crate) fn application(original: &DeriveInput, krate: &CratePath) -> TokenStream {
    let ident = &original.ident;
    let (impl_generics, types, where_clause) = original.generics.split_for_impl();
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #impl_generics #krate::FromStore for #ident #types #where_clause {
                const AGGREGATES: &'static [&'static str] = &[];

                fn from_store(_: &::std::sync::Arc<dyn #krate::store::EventStore>) -> Self {
                    ::core::unreachable!()
                }

                fn store(&self) -> &::std::sync::Arc<dyn #krate::store::EventStore> {
                    ::core::unreachable!()
                }
            }

            #[automatically_derived]
            impl #impl_generics #krate::Application for #ident #types #where_clause {}
        };
    }
}
