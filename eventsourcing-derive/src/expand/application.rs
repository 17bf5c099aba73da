//! `#[derive(Application)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use crate::ast::application::Application;
use crate::expand::located_at;

pub(crate) fn application(item: &Application<'_>) -> TokenStream {
    let (krate, ident) = (&item.krate, &item.original.ident);
    let fields: Vec<_> = item.parts.iter().map(|(field, _)| field).collect();
    let types: Vec<_> = item.parts.iter().map(|(_, ty)| ty).collect();
    let first = fields.first();
    let names: Vec<_> =
        types.iter().map(|ty| quote_spanned!(ty.span()=> <#ty as #krate::FromStore>::AGGREGATES)).collect();
    let from_store = types.iter().map(|ty| quote_spanned!(ty.span()=> <#ty as #krate::FromStore>::from_store));
    let unique = (1..names.len()).filter_map(|n| {
        let (before, this) = (names.get(..n)?, names.get(n)?);
        let assert = quote!(#krate::__private::assert_other_names(&[#(#before),*], #this));
        // rustc blames the first token of the call.
        let assert = located_at(types.get(n)?.span(), assert);
        Some(quote!(const _: () = #assert;))
    });
    quote! {
        const _: () = {
            #(#unique)*

            #[automatically_derived]
            impl #krate::FromStore for #ident {
                const AGGREGATES: &'static [&'static str] =
                    &#krate::__private::all_names::<{ 0 #(+ #names.len())* }>(&[#(#names),*]);

                fn aggregate_schemas() -> ::std::vec::Vec<#krate::AggregateSchema> {
                    [#(<#types as #krate::FromStore>::aggregate_schemas()),*].concat()
                }

                fn from_store(store: &::std::sync::Arc<dyn #krate::store::EventStore>) -> Self {
                    Self { #(#fields: #from_store(store)),* }
                }

                fn store(&self) -> &::std::sync::Arc<dyn #krate::store::EventStore> {
                    #krate::FromStore::store(&self.#first)
                }
            }

            #[automatically_derived]
            impl #krate::Application for #ident {}
        };
    }
}
