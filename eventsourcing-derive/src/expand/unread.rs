//! What could not be read of an `impl` block. rustc has said what is wrong with it, unless it knows more than we do.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::ast::function::Function;
use crate::ast::impl_block::{BlockItem, ImplBlock};
use crate::tokens::located_at;

/// An error for each such item, if there is no other: rustc comes to this lint when it has found nothing wrong. What is not read is not
/// checked, and may not compile.
pub(super) fn refused(block: &ImplBlock) -> TokenStream {
    let refused = block.items.iter().filter_map(|item| {
        let BlockItem::Unread { error, .. } = item else { return None };
        Some(refusal(error.span(), &error.to_string()))
    });
    refused.collect()
}

/// The same of the bodies among them that are to be read.
pub(super) fn refused_bodies<'f>(functions: impl Iterator<Item = &'f Function>) -> TokenStream {
    let unread = functions.filter_map(Function::unread_body);
    unread.map(|(span, why)| refusal(span, &why)).collect()
}

fn refusal(span: Span, why: &str) -> TokenStream {
    let message = format!("this item cannot be read here: {why}");
    let call = located_at(span, quote!(__unread();));
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
