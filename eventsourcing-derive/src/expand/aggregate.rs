//! `#[derive(Aggregate)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use crate::ast::aggregate::Aggregate;

pub(crate) fn aggregate(item: &Aggregate<'_>) -> TokenStream {
    let (krate, ident, root, name) = (&item.krate, &item.original.ident, item.root, &item.name.text);
    let (impl_generics, types, where_clause) = item.original.generics.split_for_impl();
    let tied = item.event.as_ref().map(|event| {
        let tied = quote_spanned!(event.span()=> #krate::__private::events_of::<#event, #ident #types>());
        quote!(#[allow(dead_code)] fn tied #impl_generics () #where_clause { #tied })
    });
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #impl_generics #krate::Aggregate for #ident #types #where_clause {
                const NAME: &'static str = #name;

                fn root(&self) -> &#krate::Root<Self> {
                    &self.#root
                }

                fn root_mut(&mut self) -> &mut #krate::Root<Self> {
                    &mut self.#root
                }
            }
            #tied
        };
    }
}
