//! Questions to the compiler: what `events.lock` says of a type, and what the type is.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::condition::Condition;
use crate::ast::obligation::{Held, Must, Obligation};
use crate::crate_path::CratePath;
use crate::expand::field_shape::{asserted, seen, shape};
use crate::expand::shape::Shape;
use crate::tokens::located_at;

/// What `events.lock` says of an item.
#[derive(Default)]
pub(crate) struct History<'a> {
    pub(crate) obligations: Vec<Obligation<'a>>,
    pub(crate) conditions: Vec<Condition<'a>>,
    /// Where the lock is, seen from the crate's folder, if there is one.
    pub(crate) lock: Option<String>,
}

/// One constant for each, under the type in question, and the conditions.
pub(super) fn of_events(shape: &Shape<'_>, history: &History<'_>) -> TokenStream {
    let questions = history.obligations.iter().map(|obligation| question(shape.krate, obligation, Some(shape)));
    questions.chain(history.conditions.iter().map(condition)).collect()
}

/// The same, of a type that is no event.
pub(super) fn of_type(krate: &CratePath, obligations: &[Obligation<'_>]) -> TokenStream {
    obligations.iter().map(|obligation| question(krate, obligation, None)).collect()
}

fn question(krate: &CratePath, obligation: &Obligation<'_>, events: Option<&Shape<'_>>) -> TokenStream {
    let now = match (obligation.of, events) {
        // A constant cannot speak of what the enum is generic over.
        (Held::OfEvent(field), Some(events)) if events.is_generic_over(field) => return TokenStream::new(),
        (Held::OfEvent(field), Some(events)) => seen(events, field),
        (Held::OfEvent(_), None) => return TokenStream::new(),
        (Held::OfType(stored), _) => shape(krate, stored),
    };
    let (what, help) = (&obligation.what, &obligation.help);
    let assert = match &obligation.must {
        Must::BeStoredAs(locked) => quote!(#krate::__private::assert_stored_as(#now, #locked, #what, #help)),
        Must::BeOptional(why) => quote!(#krate::__private::assert_optional(#now, #why, #what, #help)),
    };
    let assert = located_at(obligation.span, assert);
    asserted(krate, &assert)
}

/// Refuses a program in which none of the readers is there.
fn condition(condition: &Condition<'_>) -> TokenStream {
    let Condition { readers, span, message } = condition;
    let readers = readers.iter().map(|cfgs| {
        let cfgs = cfgs.iter().filter_map(|cfg| cfg.meta.require_list().ok()).map(|list| &list.tokens);
        quote!(all(#(#cfgs),*))
    });
    let error = located_at(*span, quote!(::core::compile_error!(#message);));
    quote!(#[cfg(not(any(#(#readers),*)))] #error)
}

/// Makes the crate be compiled again when the lock changes.
pub(super) fn depends_on_lock(history: &History<'_>) -> Option<TokenStream> {
    history.lock.as_ref().map(|place| {
        quote! {
            const _: &[u8] = ::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #place));
        }
    })
}
