//! `#[derive(View)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::ast::view::{LONGEST_KEY, View};

/// A `View` that is never used, with what is marked as its key.
pub(crate) fn view(original: &DeriveInput, read: Option<&View<'_>>) -> TokenStream {
    if original.generics.lifetimes().next().is_some() {
        return TokenStream::new();
    }
    let krate = read.map(|view| view.krate.clone()).unwrap_or_default();
    let key: Vec<_> = read.iter().flat_map(|view| view.key()).map(|column| column.ty).take(LONGEST_KEY).collect();
    let key = match &*key {
        [] => quote!(bool),
        [key] => quote!(#key),
        columns => quote!((#(#columns),*)),
    };
    let ident = &original.ident;
    let (_, types, _) = original.generics.split_for_impl();
    let mut bound = original.generics.clone();
    if bound.type_params().next().is_some() {
        let is_one = syn::parse_quote!(
            #ident #types: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static
        );
        bound.make_where_clause().predicates.push(is_one);
    }
    let (impl_generics, _, where_clause) = bound.split_for_impl();
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #impl_generics #krate::__private::DerivedRow for #ident #types #where_clause {}

            #[automatically_derived]
            impl #impl_generics #krate::view::View for #ident #types #where_clause {
                type Key = #key;
                const NAME: &'static str = "";
                const COLUMNS: &'static [#krate::view::ColumnDef] = &[];
                const MAY_REFUSE: bool = false;

                fn key(&self) -> Self::Key {
                    ::core::unreachable!()
                }

                fn write(
                    &self,
                    _: &mut dyn ::core::ops::FnMut(#krate::view::Cell<'_>),
                ) -> ::core::result::Result<(), #krate::error::CellError> {
                    ::core::unreachable!()
                }

                fn read(_: &dyn #krate::view::RowCells) -> ::core::result::Result<Self, #krate::error::CellError> {
                    ::core::unreachable!()
                }
            }
        };
    }
}
