//! `#[process]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::ast::impl_block::ImplBlock;
use crate::ast::process::Process;
use crate::crate_path::CratePath;
use crate::expand;
use crate::scope::Neighbours;

/// The functions of a process, and one that never reacts.
pub(crate) fn process(
    original: &ImplBlock,
    read: Option<&Process<'_>>,
    krate: &CratePath,
    neighbours: Neighbours,
) -> TokenStream {
    let (block, ty) = (expand::process_functions(original), &original.self_ty);
    let (impl_generics, _, where_clause) = original.generics.split_for_impl();
    if original.trait_.is_some() || neighbours.has_block_above {
        return block.into_token_stream();
    }
    let app = read.and_then(|read| read.app.as_ref()).map(ToTokens::to_token_stream);
    let app = app.unwrap_or_else(|| quote!(#krate::Repository<Self>));
    // What the types lack is said by their derives, or once the mistakes here are corrected.
    let mut condition = where_clause.cloned().unwrap_or_else(|| syn::parse_quote!(where));
    condition.predicates.push(syn::parse_quote!(for<'__b> #ty: #krate::Aggregate));
    condition.predicates.push(syn::parse_quote!(for<'__b> #app: #krate::application::FromStore));
    quote! {
        #[allow(dead_code, unused_variables)]
        #block

        const _: () = {
            #[automatically_derived]
            impl #impl_generics #krate::process::Process for #ty #condition {
                type App = #app;
                const SOURCES: &'static [#krate::process::Source<Self>] = &[];
            }
        };
    }
}
