//! `#[derive(Schema)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::ast::schema::Schema;
use crate::crate_path::CratePath;
use crate::expand;

/// A `Schema` that is never used. Of a type that could be read, events know it still.
pub(crate) fn schema(original: &DeriveInput, read: Option<&Schema<'_>>) -> TokenStream {
    if let Some(item) = read {
        return expand::stand_in_schema(item);
    }
    let krate = CratePath::default();
    let ident = &original.ident;
    let (impl_generics, types, where_clause) = original.generics.split_for_impl();
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #impl_generics #krate::Schema for #ident #types #where_clause {
                const TYPE: #krate::schema::Type = #krate::schema::Type::Opaque("");
            }
        };
    }
}
