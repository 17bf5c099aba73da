//! What could not be read of an `impl` block. rustc has said what is wrong with it, unless it knows more than we do.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;
use syn::Block;

use crate::ast::function::Function;
use crate::ast::impl_block::{BlockItem, ImplBlock};
use crate::tokens::located_at;

/// An error for each such item, if there is no other: rustc comes to this lint when it has found nothing wrong. What is not read is not
/// checked, and may not compile.
pub(super) fn refused(block: &ImplBlock) -> TokenStream {
    let refused = block.items.iter().filter_map(|item| {
        let BlockItem::Unread { error, .. } = item else { return None };
        Some(refusal(error))
    });
    refused.collect()
}

/// The same of the bodies among them that are to be read.
pub(super) fn refused_bodies<'f>(functions: impl Iterator<Item = &'f Function>) -> TokenStream {
    let errors = functions.filter_map(|function| unread(&function.block));
    errors.map(|error| refusal(&error)).collect()
}

/// Why a body cannot be read, if it cannot.
pub(super) fn unread(block: &Group) -> Option<syn::Error> {
    syn::parse2::<Block>(TokenTree::Group(block.clone()).into()).err()
}

fn refusal(error: &syn::Error) -> TokenStream {
    let message = format!("this item cannot be read here: {error}");
    let call = located_at(error.span(), quote!(__unread();));
    quote! {
        const _: () = {
            #[must_use = #message]
            struct Unread;
            const fn __unread() -> Unread { Unread }
            #[deny(unused_must_use)]
            const fn __refused() { #call }
        };
    }
}
