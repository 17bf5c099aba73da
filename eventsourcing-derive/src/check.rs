//! Rules about an item as a whole: one function for each, under the rule in prose.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::Ident;

use crate::ast::Event;
use crate::ast::event_enum::EventEnum;
use crate::ast::events::Events;
use crate::ctxt::Ctxt;
use crate::names::StoredName;

pub(crate) fn events(ctxt: &Ctxt, events: &Events<'_>) {
    let all: Vec<_> = events.methods.iter().map(|method| &method.event).collect();
    each_variant_stands_once(ctxt, &all);
    each_stored_name_stands_once(ctxt, &all);
    some_event_creates(ctxt, events);
    no_event_records_another(ctxt, events);
}

pub(crate) fn event_enum(ctxt: &Ctxt, item: &EventEnum<'_>) {
    each_stored_name_stands_once(ctxt, &item.events.iter().collect::<Vec<_>>());
}

/// Two methods cannot be the same event. (Under a `#[cfg]`, only one of them may be there; rustc finds the rest.)
fn each_variant_stands_once(ctxt: &Ctxt, events: &[&Event]) {
    let mut seen: Vec<&Ident> = Vec::new();
    for event in events.iter().filter(|event| event.cfgs().next().is_none()) {
        if seen.contains(&&event.variant) {
            let variant = &event.variant;
            ctxt.error(variant, format_args!("there are two events `{variant}`: give one another name"));
        }
        seen.push(&event.variant);
    }
}

/// What is stored under a name must be one event, so no two events share a name or an alias.
fn each_stored_name_stands_once(ctxt: &Ctxt, events: &[&Event]) {
    let mut seen: Vec<(&StoredName, &Ident)> = Vec::new();
    for event in events.iter().filter(|event| event.cfgs().next().is_none()) {
        for name in [&event.name].into_iter().chain(&event.aliases) {
            let taken = seen.iter().find(|(other, _)| other.text == name.text);
            if let Some((_, other)) = taken {
                ctxt.report(syn::Error::new(
                    name.span,
                    format_args!(
                        "the stored name `{}` is taken by event `{other}`: what is stored under it must be one event",
                        name.text
                    ),
                ));
            }
            seen.push((name, &event.variant));
        }
    }
}

/// An aggregate begins with an event, so one of them must create it.
fn some_event_creates(ctxt: &Ctxt, events: &Events<'_>) {
    if !events.incomplete && !events.methods.iter().any(|method| method.creates) {
        ctxt.error(
            &events.original.self_ty,
            "no event creates this aggregate: write one that returns `Self`, such as `#[event(Created)] fn create() -> Self`",
        );
    }
}

/// A mutator runs again whenever the history is read; what it recorded would be recorded again.
fn no_event_records_another(ctxt: &Ctxt, events: &Events<'_>) {
    let recording: Vec<&Ident> = events
        .methods
        .iter()
        .filter(|method| !method.creates)
        .map(|method| &method.original.sig.ident)
        .chain(events.commands.iter().map(|command| &command.original.sig.ident))
        .collect();
    for method in &events.methods {
        each_call_on_self(method.original.block.to_token_stream(), &mut |called| {
            if recording.contains(&called) {
                ctxt.error(
                    called,
                    format_args!(
                        "an event cannot record another: `{called}` would be recorded again whenever the history is \
                         read; call both from a command"
                    ),
                );
            }
        });
    }
}

/// Finds `self.name(..)`.
fn each_call_on_self(tokens: TokenStream, found: &mut impl FnMut(&Ident)) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for window in tokens.windows(4) {
        if let [TokenTree::Ident(this), TokenTree::Punct(dot), TokenTree::Ident(name), TokenTree::Group(arguments)] =
            window
            && this == "self"
            && dot.as_char() == '.'
            && arguments.delimiter() == Delimiter::Parenthesis
        {
            found(name);
        }
    }
    for token in tokens {
        if let TokenTree::Group(group) = token {
            each_call_on_self(group.stream(), found);
        }
    }
}
