//! A valid item printed: nothing here can fail.
//!
//! Every path is absolute and every trait method is called through its trait, because users may have anything in scope
//! under any name. What users name stands beside their item; the rest in one `const _`.

mod aggregate;
mod application;
mod apply;
mod commands;
mod event_enum;
mod event_impls;
mod methods;
mod shape;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, Meta};

pub(crate) use self::aggregate::aggregate;
pub(crate) use self::application::application;
pub(crate) use self::event_enum::user_enum;
use self::shape::Shape;
use crate::ast::events::Events;

/// `#[events]`.
pub(crate) fn events(events: &Events<'_>) -> TokenStream {
    let shape = Shape::of(events);
    let event_enum = event_enum::generated_enum(&shape);
    let event_impls = event_impls::impls(&shape);
    let methods = methods::methods(events);
    let commands = commands::commands(events);
    let apply = apply::apply(events);
    quote! {
        #methods
        #event_enum
        const _: () = {
            #commands
            #apply
            #event_impls
        };
    }
}

/// The lints that a user set on a method, which go wherever its body goes.
fn lints(attributes: &[Attribute]) -> impl Iterator<Item = TokenStream> {
    let is_lint = |attribute: &&Attribute| {
        ["allow", "expect", "warn", "deny", "forbid"].iter().any(|level| attribute.path().is_ident(level))
    };
    attributes.iter().filter(is_lint).map(expect_as_allow)
}

/// A method becomes two: what is expected in one of them is not in the other.
fn expect_as_allow(attribute: &Attribute) -> TokenStream {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("expect") => {
            let lints = &list.tokens;
            quote!(#[allow(#lints)])
        }
        _ => attribute.to_token_stream(),
    }
}

/// For the fallback: the enum of the events that could be read and stand alone, and its type.
pub(crate) fn stand_in_enum(events: &Events<'_>) -> (TokenStream, TokenStream) {
    let shape = Shape::of(events).without_repetitions();
    let (event_enum, impls) = (event_enum::generated_enum(&shape), event_impls::impls(&shape));
    (quote!(#event_enum const _: () = { #impls };), shape.ty())
}
