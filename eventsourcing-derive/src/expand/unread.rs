//! What could not be read of an `impl` block. rustc has said what is wrong with it, unless it knows more than we do.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::impl_block::{BlockItem, ImplBlock};
use crate::tokens::located_at;

/// An error for each such item, if there is no other: rustc comes to this lint when it has found nothing wrong. What is not read is not
/// checked, and may not compile.
pub(super) fn refused(block: &ImplBlock) -> TokenStream {
    let refused = block.items.iter().filter_map(|item| {
        let BlockItem::Unread { error, .. } = item else { return None };
        let message = format!("this item cannot be read here: {error}");
        let call = located_at(error.span(), quote!(__unread();));
        Some(quote! {
            const _: () = {
                #[must_use = #message]
                struct Unread;
                const fn __unread() -> Unread { Unread }
                #[deny(unused_must_use)]
                const fn __refused() { #call }
            };
        })
    });
    refused.collect()
}
