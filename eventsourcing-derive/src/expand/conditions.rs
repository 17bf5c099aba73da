//! The `#[cfg]`s of handlers.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, Meta};

use crate::ast::handler::Handler;

/// The condition under which one of these is there, if not always.
pub(super) fn of_all<'h, 'a: 'h, F: 'h>(handlers: impl Iterator<Item = &'h Handler<'a, F>>) -> Option<TokenStream> {
    let mut conditions = Vec::new();
    for handler in handlers {
        let all: Vec<_> = handler.cfgs().filter_map(condition).collect();
        if all.is_empty() {
            return None;
        }
        conditions.push(quote!(all(#(#all),*)));
    }
    Some(quote!(#[cfg(any(#(#conditions),*))]))
}

fn condition(cfg: &Attribute) -> Option<TokenStream> {
    if let Meta::List(list) = &cfg.meta { Some(list.tokens.to_token_stream()) } else { None }
}
