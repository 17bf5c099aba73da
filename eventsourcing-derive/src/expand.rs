//! A valid item printed: nothing here can fail.
//!
//! Every path is absolute and every trait method is called through its trait, because users may have anything in scope
//! under any name. What users name stands beside their item; the rest in one `const _`.

mod aggregate;
mod application;
mod apply;
mod command_body;
mod commands;
mod compared;
mod event_enum;
mod event_field;
mod event_impls;
mod field_shape;
mod forwarded;
mod methods;
mod obligations;
mod revision;
mod root;
mod schema;
mod schemas;
mod shape;
mod snapshot;
mod storable;
mod unread;
mod upcasters;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use syn::{Attribute, Generics, Meta, Type, TypePath};

pub(crate) use self::aggregate::aggregate;
pub(crate) use self::application::application;
pub(crate) use self::event_enum::user_enum;
pub(crate) use self::schema::schema;
use self::shape::Shape;
pub(crate) use self::upcasters::upcasts;
use crate::ast::cfgs;
use crate::ast::condition::Condition;
use crate::ast::events::Events;
use crate::ast::obligation::Obligation;
use crate::tokens::words;

/// What `events.lock` says of an item.
#[derive(Default)]
pub(crate) struct History<'a> {
    pub(crate) obligations: Vec<Obligation<'a>>,
    pub(crate) conditions: Vec<Condition<'a>>,
    /// Where the lock is, seen from the crate's folder, if there is one.
    pub(crate) lock: Option<String>,
}

/// `#[events]`.
pub(crate) fn events(events: &Events<'_>, history: &History<'_>) -> TokenStream {
    let shape = Shape::of(events);
    let obligations = obligations::of_events(&shape, history);
    let lock = obligations::depends_on_lock(history);
    let storable = storable::of_events(&shape);
    let event_enum = event_enum::generated_enum(&shape);
    let (old_fields, past) = upcasters::of_events(events, &shape);
    let event_impls = event_impls::impls(&shape, &past);
    let methods = methods::methods(events);
    let commands = commands::commands(events);
    let apply = apply::apply(events, &shape);
    let unread = unread::refused(events.original);
    let unless_replaced = root::unless_replaced(events);
    let cfgs: Vec<_> = cfgs(&events.original.attrs).collect();
    let lints = events.original.attrs.iter().filter(|attribute| is_lint(attribute));
    // The user's own `impl` block comes first, because editors colour a word by what it is where it first stands.
    quote! {
        #(#cfgs)*
        #(#lints)*
        const _: () = {
            #methods
            #commands
            #apply
            #unless_replaced
            #event_impls
            #old_fields
            #storable
            #obligations
            #lock
            #unread
        };
        #(#cfgs)*
        #event_enum
    }
}

fn is_lint(attribute: &Attribute) -> bool {
    ["allow", "expect", "warn", "deny", "forbid"].iter().any(|level| attribute.path().is_ident(level))
}

fn is_cfg_or_lint(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") || is_lint(attribute)
}

/// The attributes of a method that go wherever its body goes: the user's word on lints.
fn of_the_body(attributes: &[Attribute]) -> impl Iterator<Item = TokenStream> {
    attributes.iter().filter(|attribute| is_lint(attribute)).map(expect_as_allow)
}

/// The attributes of a method of these names, which concern its callers, a command included.
fn of_the_call<'a>(attributes: &'a [Attribute], names: &'a [&str]) -> impl Iterator<Item = &'a Attribute> {
    attributes.iter().filter(|attribute| names.iter().any(|name| attribute.path().is_ident(name)))
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

const PRIMITIVES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

/// Whether a type is one of the language's own, or a text: what can be asked of it is known.
fn is_primitive(ty: &Type) -> bool {
    let ty = match ty {
        Type::Reference(reference) => &reference.elem,
        other => other,
    };
    let Type::Path(TypePath { qself: None, path, .. }) = ty else { return false };
    path.get_ident().is_some_and(|ident| ident == "String" || PRIMITIVES.iter().any(|known| ident == known))
}

/// Whether a type is known without these generics and without `Self`: a constant can speak of no other.
fn is_known_outside(generics: &Generics, ty: &Type) -> bool {
    let parameters: Vec<_> = generics.params.iter().flat_map(|param| words(param.to_token_stream())).collect();
    words(ty.to_token_stream()).iter().all(|word| word != "Self" && !parameters.contains(word))
}

/// The same tokens, in another place. What they mean stays what it was: in a `macro_rules!`, another `self` may stand there.
fn located_at(span: Span, tokens: TokenStream) -> TokenStream {
    let locate = |mut token: TokenTree| {
        token.set_span(token.span().located_at(span));
        token
    };
    tokens.into_iter().map(locate).collect()
}

/// For the fallback: the enum of the events that could be read and stand alone, and its type. Where its name is taken, it has none that a user may
/// write.
pub(crate) fn stand_in_enum(events: &Events<'_>, is_name_taken: bool) -> (TokenStream, TokenStream) {
    let unnamed = format_ident!("__{}", events.enum_ident);
    let mut shape = Shape::of(events).without_repetitions();
    if is_name_taken {
        shape.ident = &unnamed;
    }
    let (event_enum, impls) = (event_enum::generated_enum(&shape), event_impls::impls(&shape, &TokenStream::new()));
    (quote!(#event_enum const _: () = { #impls };), shape.ty())
}
