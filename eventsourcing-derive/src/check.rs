//! Rules about an item as a whole: one function for each, under the rule in prose.

mod changes;
mod counterparts;
pub(crate) mod history;
mod interior;
mod mutators;
mod versions;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Ident, Path};

use crate::ast::Event;
use crate::ast::aggregate::Aggregate;
use crate::ast::event_enum::EventEnum;
use crate::ast::event_method::EventMethod;
use crate::ast::events::{Events, GIVEN, last_word};
use crate::ast::upcasts::Upcasts;
use crate::ctxt::Ctxt;
use crate::names::StoredName;
use crate::scope::Beside;
use crate::tokens::{is_group, is_punct, is_word};

pub(crate) fn events(ctxt: &Ctxt, events: &Events<'_>, beside: Beside) {
    the_enum_stands_once(ctxt, events, beside);
    each_method_stands_once(ctxt, events);
    let all: Vec<_> = events.distinct_events().collect();
    each_variant_stands_once(ctxt, &all);
    each_stored_name_stands_once(ctxt, &all);
    if !beside.has_block_above && !beside.has_block_below {
        some_event_creates(ctxt, events);
    }
    counterparts::agree(ctxt, events);
    no_event_records_another(ctxt, events);
    changes::by_events_alone(ctxt, events);
    mutators::check(ctxt, events);
    each_derive_is_new(ctxt, &events.derives);
    versions::events(ctxt, events);
}

pub(crate) fn aggregate(ctxt: &Ctxt, item: &Aggregate<'_>) {
    interior::aggregate(ctxt, item);
}

pub(crate) fn event_enum(ctxt: &Ctxt, item: &EventEnum<'_>) {
    each_stored_name_stands_once(ctxt, &item.events.iter().collect::<Vec<_>>());
    versions::event_enum(ctxt, item);
}

pub(crate) fn upcasts(ctxt: &Ctxt, upcasts: &Upcasts<'_>) {
    versions::upcasts(ctxt, upcasts);
}

/// Two methods cannot have one name.
fn each_method_stands_once(ctxt: &Ctxt, events: &Events<'_>) {
    for repeated in events.repeated_methods() {
        ctxt.error(repeated, format_args!("there are two methods `{repeated}`: give one another name"));
    }
}

/// Two methods cannot be the same event, unless one creates the aggregate and one changes it. (Under a `#[cfg]`, only one of them may be there; rustc finds the rest.)
fn each_variant_stands_once(ctxt: &Ctxt, events: &[&Event]) {
    let mut seen: Vec<&Ident> = Vec::new();
    for event in events.iter().filter(|event| !event.is_conditional()) {
        if seen.contains(&&event.variant) {
            let variant = &event.variant;
            ctxt.error(variant, format_args!("there are two events `{variant}`: give one another name"));
        }
        seen.push(&event.variant);
    }
}

/// The enum has what the framework and assertions need: that cannot be derived a second time.
fn each_derive_is_new(ctxt: &Ctxt, derives: &[Path]) {
    for (n, path) in derives.iter().enumerate() {
        let name = last_word(path);
        if GIVEN.contains(&&*name) {
            ctxt.error(
                path,
                format_args!("an enum of events is `{name}` already, if all of its fields are: leave it out"),
            );
        } else if derives.iter().take(n).any(|before| last_word(before) == name) {
            ctxt.error(path, format_args!("`{name}` is derived twice: leave it out once"));
        }
    }
}

/// What is stored under a name must be one event, so no two events share a name or an alias. (Of two under a `#[cfg]`, only
/// one may be there.)
fn each_stored_name_stands_once(ctxt: &Ctxt, events: &[&Event]) {
    let mut seen: Vec<(&StoredName, &Event)> = Vec::new();
    for event in events {
        for name in [&event.name].into_iter().chain(&event.aliases) {
            let taken = seen
                .iter()
                .find(|(other, owner)| other.text == name.text && !(event.is_conditional() && owner.is_conditional()));
            match taken {
                Some((_, owner)) if std::ptr::eq(*owner, *event) => ctxt.report(syn::Error::new(
                    name.span,
                    format_args!("this event is stored under the name `{}` already: leave it out", name.text),
                )),
                // That the variant stands twice is said already.
                Some((_, owner)) if owner.variant == event.variant => {}
                Some((_, owner)) => ctxt.report(syn::Error::new(
                    name.span,
                    format_args!(
                        "the stored name `{}` is taken by event `{}`: what is stored under it must be one event",
                        name.text, owner.variant
                    ),
                )),
                None => {}
            }
            seen.push((name, event));
        }
    }
}

/// One block makes the enum of all events, under a name that is free.
fn the_enum_stands_once(ctxt: &Ctxt, events: &Events<'_>, beside: Beside) {
    let (aggregate, event_enum) = (&events.aggregate.ident, &events.enum_ident);
    if beside.has_block_above {
        let message = format!(
            "all events and commands of `{aggregate}` stand in one `#[events]` block: move what is here to the one above (the rest may stand in \
             an `impl` block without `#[events]`)"
        );
        ctxt.error(&events.original.self_ty, message);
    } else if beside.has_enum {
        let message = format!(
            "the enum of these events would be `{event_enum}`, and there is a type of that name here: give it another one, \
             `#[events(enum = {aggregate}Happening)]`"
        );
        ctxt.error(&events.original.self_ty, message);
    }
}

/// An aggregate begins with an event, so one of them must create it.
fn some_event_creates(ctxt: &Ctxt, events: &Events<'_>) {
    if !events.is_incomplete() && !events.events().any(|method| method.creates) {
        ctxt.error(
            &events.original.self_ty,
            "no event creates this aggregate: write one that returns `Self`, such as `#[event(Created)] fn create() -> Self`; \
             all events of an aggregate stand in one `#[events]` block",
        );
    }
}

/// A mutator runs again whenever the history is read; what it recorded would be recorded again.
fn no_event_records_another(ctxt: &Ctxt, events: &Events<'_>) {
    let (creating, changing): (Vec<_>, Vec<_>) = events.events().partition(|method| method.creates);
    let creating_names: Vec<_> = creating.iter().map(|method| &method.original.sig.ident).collect();
    let recording_names: Vec<_> = changing
        .iter()
        .map(|method| &method.original.sig.ident)
        .chain(events.commands().map(|command| &command.original.sig.ident))
        .collect();
    let refuse = |method: &EventMethod<'_>, (on, separator), recording: &[&Ident], instead| {
        each_call(method.original.block.to_token_stream(), on, separator, &mut |called| {
            if recording.contains(&called) {
                ctxt.error(
                    called,
                    format_args!(
                        "an event cannot record another: `{called}` would be recorded again whenever the history is \
                         read; {instead}"
                    ),
                );
            }
        });
    };
    for method in changing {
        refuse(method, ("self", "."), &recording_names, "call both from a command");
    }
    for method in creating {
        refuse(method, ("Self", "::"), &creating_names, "let both call a function without `#[event]`");
    }
}

/// Finds the names in `self.name(..)` or `Self::name(..)`; `self.open {` and `self.items[` are fields.
fn each_call(tokens: TokenStream, on: &str, separator: &str, found: &mut impl FnMut(&Ident)) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            each_call(group.stream(), on, separator, found);
        }
        let rest = tokens.get(at + 1..).unwrap_or_default();
        let is_separated = separator.chars().zip(rest).all(|(char, token)| is_punct(token, char));
        if let (true, true, [TokenTree::Ident(name), after, ..]) =
            (is_word(token, on), is_separated, rest.get(separator.len()..).unwrap_or_default())
            && (is_group(after, Delimiter::Parenthesis) || is_punct(after, ':'))
        {
            found(name);
        }
    }
}
