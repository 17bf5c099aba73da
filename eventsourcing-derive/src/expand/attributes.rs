//! Which of a method's attributes go where, and those of generated code.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, Meta};

pub(super) fn is_lint(attribute: &Attribute) -> bool {
    ["allow", "expect", "warn", "deny", "forbid"].iter().any(|level| attribute.path().is_ident(level))
}

pub(super) fn is_cfg_or_lint(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") || is_lint(attribute)
}

/// The attributes of a method that go wherever its body goes: the user's word on lints.
pub(super) fn of_the_body(attributes: &[Attribute]) -> impl Iterator<Item = TokenStream> {
    attributes.iter().filter(|attribute| is_lint(attribute)).map(expect_as_allow)
}

/// The attributes of a method of these names, which concern its callers, a command included.
pub(super) fn of_the_call<'a>(attributes: &'a [Attribute], names: &'a [&str]) -> impl Iterator<Item = &'a Attribute> {
    attributes.iter().filter(|attribute| names.iter().any(|name| attribute.path().is_ident(name)))
}

/// A method becomes two: what is expected in one of them is not in the other.
pub(super) fn expect_as_allow(attribute: &Attribute) -> TokenStream {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("expect") => {
            let lints = &list.tokens;
            quote!(#[allow(#lints)])
        }
        _ => attribute.to_token_stream(),
    }
}

/// The attributes of an `impl` in which events are matched and handlers are called.
pub(super) fn of_handling() -> TokenStream {
    quote! {
        #[automatically_derived]
        #[allow(
            unused_variables,
            unreachable_patterns,
            irrefutable_let_patterns,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::wildcard_enum_match_arm,
        )]
    }
}
