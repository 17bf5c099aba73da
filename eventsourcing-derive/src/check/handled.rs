//! Rules about which events a projection or a process handles and ignores.

use quote::ToTokens as _;

use crate::ast::handler::Handler;
use crate::ast::of_enum::{Ignored, OfEnum, name_of};
use crate::ctxt::Ctxt;

/// What is handled is not ignored.
pub(super) fn nothing_is_handled_and_ignored<F>(ctxt: &Ctxt, enums: &[OfEnum<'_, '_, F>]) {
    for (of, variant) in enums.iter().flat_map(|of| of.ignored.iter().map(move |variant| (of, *variant))) {
        if let Some((_, handler)) = of.handlers.iter().find(|(_, handler)| handler.variant == *variant) {
            let message = format_args!(
                "`{variant}` is handled by `{}`: leave it out of `ignore`, or the handler",
                handler.original.sig.ident
            );
            ctxt.error(variant, message);
        }
    }
}

/// What is ignored is ignored once.
pub(super) fn nothing_is_ignored_twice(ctxt: &Ctxt, all_ignored: &[Ignored]) {
    for (n, ignored) in all_ignored.iter().enumerate() {
        let name = name_of(&ignored.events);
        let mut before = all_ignored.iter().take(n).filter(|before| name_of(&before.events) == name);
        let is_twice = before.any(|before| before.variant == ignored.variant);
        let mut all = all_ignored.iter().filter(|other| name_of(&other.events) == name && other.variant.is_none());
        match &ignored.variant {
            Some(variant) if is_twice => ctxt.error(variant, "this event is ignored already: leave it out once"),
            None if is_twice => ctxt.error(&ignored.events, "its events are ignored already: leave it out once"),
            Some(variant) if all.next().is_some() => {
                ctxt.error(variant, format_args!("this event is among `{name}::..`: leave one of the two out"));
            }
            _ => {}
        }
    }
}

/// What is never read need not be ignored, and what is read must have an effect. `what` is made of the events.
pub(super) fn some_event_of_each_enum_is_handled<F>(
    ctxt: &Ctxt,
    (handlers, all_ignored): (&[Handler<'_, F>], &[Ignored]),
    what: &str,
) {
    let mut said = Vec::new();
    for ignored in all_ignored {
        let name = name_of(&ignored.events);
        if handlers.iter().any(|handler| name_of(&handler.events) == name) || said.contains(&name) {
            continue;
        }
        let message = format_args!(
            "no handler handles an event of `{name}`, so none is given to this {what}: leave it out of `ignore`"
        );
        ctxt.error(&ignored.events, message);
        said.push(name);
    }
}

/// Events are those of aggregates, which a handler names or the enum.
pub(super) fn each_enum_is_of_an_aggregate<F>(ctxt: &Ctxt, enums: &[OfEnum<'_, '_, F>]) {
    for of in enums.iter().filter(|of| of.aggregate().is_none()) {
        let message = format_args!(
            "the aggregate of `{}` cannot be found by the name of the enum, which does not end in `Event`: give one of its handlers `at: &At<..>`, with the aggregate",
            name_of(of.events)
        );
        ctxt.error(of.events, message);
    }
}

/// Visits each handler of an event that another has before it for the same key, with that. (Of two under a `#[cfg]`, only one may be there.)
pub(super) fn each_repeated<F>(enums: &[OfEnum<'_, '_, F>], mut visit: impl FnMut(&Handler<'_, F>, &Handler<'_, F>)) {
    let key = |handler: &Handler<'_, F>| handler.key.as_ref().map(|key| key.to_token_stream().to_string());
    let of_one_enum =
        enums.iter().flat_map(|of| of.handlers.iter().enumerate().map(move |(n, handler)| (of, n, handler.1)));
    for (of, n, handler) in of_one_enum {
        let is_same = |other: &&Handler<'_, F>| {
            other.variant == handler.variant
                && key(other) == key(handler)
                && !(other.is_conditional() && handler.is_conditional())
        };
        if let Some(other) = of.handlers.iter().take(n).map(|(_, other)| *other).find(is_same) {
            visit(handler, other);
        }
    }
}
