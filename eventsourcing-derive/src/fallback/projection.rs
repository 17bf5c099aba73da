//! `#[projection]`.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use crate::ast::impl_block::ImplBlock;
use crate::ast::projection::Projection;
use crate::crate_path::CratePath;
use crate::expand;

/// The functions of a projection, and one that is never used.
pub(crate) fn projection(original: &ImplBlock, read: Option<&Projection<'_>>, krate: &CratePath) -> TokenStream {
    let (item, ty) = (expand::functions(original), &original.self_ty);
    let (impl_generics, _, where_clause) = original.generics.split_for_impl();
    if original.trait_.is_some() {
        return item.into_token_stream();
    }
    // That it is no row is said by its derive, or once the mistakes here are corrected.
    let mut row = where_clause.cloned().unwrap_or_else(|| syn::parse_quote!(where));
    row.predicates.push(syn::parse_quote!(for<'__a> #ty: #krate::view::View));
    let implemented = if read.is_some_and(|read| read.sql.is_some()) {
        quote! {
            impl #impl_generics #krate::view::SqlProjection for #ty #where_clause {
                const NAME: &'static str = "";
                const VERSION: u32 = 1;
                const SOURCES: &'static [#krate::view::SqlSource<Self>] = &[];

                fn setup(_: &#krate::view::SqliteTx<'_>) -> #krate::rusqlite::Result<()> {
                    ::core::unreachable!()
                }
            }
        }
    } else {
        quote! {
            impl #impl_generics #krate::view::Projection for #ty #row {
                const VERSION: u32 = 1;
                const SOURCES: &'static [#krate::view::Source<Self>] = &[];
            }
        }
    };
    quote! {
        #[allow(dead_code, unused_variables)]
        #item

        const _: () = {
            #[automatically_derived]
            #implemented
        };
    }
}
