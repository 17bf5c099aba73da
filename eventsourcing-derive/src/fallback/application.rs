//! `#[derive(Application)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::crate_path::CratePath;

/// An `Application` that is never used.
pub(crate) fn application(original: &DeriveInput, krate: &CratePath) -> TokenStream {
    let ident = &original.ident;
    let (impl_generics, types, where_clause) = original.generics.split_for_impl();
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #impl_generics #krate::application::FromStore for #ident #types #where_clause {
                const AGGREGATES: &'static [&'static str] = &[];

                type Id = #krate::StreamId;
                type Event = ();

                fn kinds() -> ::std::vec::Vec<&'static [#krate::EventKind]> {
                    ::core::unreachable!()
                }

                fn decode(
                    _: &#krate::store::StoredEvent<'_>,
                    _: &mut dyn ::core::ops::FnMut(()),
                ) -> ::core::result::Result<(), #krate::error::DecodeError> {
                    ::core::unreachable!()
                }

                fn aggregate_schemas() -> ::std::vec::Vec<#krate::repository::AggregateSchema> {
                    ::core::unreachable!()
                }

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
