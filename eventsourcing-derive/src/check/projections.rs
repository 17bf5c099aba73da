//! Rules about a projection.

use quote::ToTokens as _;

use crate::ast::handler::Handler;
use crate::ast::projection::{Projection, name_of};
use crate::ctxt::Ctxt;

pub(crate) fn projection(ctxt: &Ctxt, projection: &Projection<'_>) {
    some_event_is_handled(ctxt, projection);
    each_event_goes_to_a_row_once(ctxt, projection);
    nothing_is_handled_and_ignored(ctxt, projection);
    nothing_is_ignored_twice(ctxt, projection);
    some_event_of_each_enum_is_handled(ctxt, projection);
    each_enum_is_of_an_aggregate(ctxt, projection);
    all_or_none_in_sql_have_a_key(ctxt, projection);
}

/// The rows are made by handlers.
fn some_event_is_handled(ctxt: &Ctxt, projection: &Projection<'_>) {
    if projection.handlers.is_empty() && !projection.is_incomplete {
        let message = if projection.sql.is_some() {
            "no event fills the tables of this view: write a handler, such as `#[on(AccountEvent::Opened)] fn opened(tx: &SqliteTx<'_>, at: &At<Account>) -> rusqlite::Result<()>`"
        } else {
            "no event makes a row of this view: write a handler, such as `#[on(AccountEvent::Opened)] fn opened(at: &At<Account>) -> Self`"
        };
        ctxt.error(projection.ty, message);
    }
}

/// Two handlers of an event for one row would run in an order that is not said. (Of two under a `#[cfg]`, only one may be there.)
fn each_event_goes_to_a_row_once(ctxt: &Ctxt, projection: &Projection<'_>) {
    let key = |handler: &Handler<'_>| handler.key.as_ref().map(|key| key.to_token_stream().to_string());
    let enums = projection.by_enum();
    let of_one_enum =
        enums.iter().flat_map(|of| of.handlers.iter().enumerate().map(move |(n, handler)| (of, n, handler.1)));
    for (of, n, handler) in of_one_enum {
        let is_same = |other: &&Handler<'_>| {
            other.variant == handler.variant
                && key(other) == key(handler)
                && !(is_conditional(other) && is_conditional(handler))
        };
        if let Some(other) = of.handlers.iter().take(n).map(|(_, other)| *other).find(is_same) {
            let (function, variant) = (&other.original.sig.ident, &handler.variant);
            let message = if projection.sql.is_some() {
                format!(
                    "`{function}` handles `{variant}` already, and which of the two is first is not said: do both in one handler"
                )
            } else {
                format!(
                    "`{function}` handles `{variant}` for the same row already: do both in one handler, or give this one another row by `key = ..`"
                )
            };
            ctxt.error(&handler.variant, message);
        }
    }
}

fn nothing_is_handled_and_ignored(ctxt: &Ctxt, projection: &Projection<'_>) {
    let enums = projection.by_enum();
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

fn nothing_is_ignored_twice(ctxt: &Ctxt, projection: &Projection<'_>) {
    for (n, ignored) in projection.ignored.iter().enumerate() {
        let name = name_of(&ignored.events);
        let mut before = projection.ignored.iter().take(n).filter(|before| name_of(&before.events) == name);
        let is_twice = before.any(|before| before.variant == ignored.variant);
        let mut all =
            projection.ignored.iter().filter(|other| name_of(&other.events) == name && other.variant.is_none());
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

/// What is never read need not be ignored, and what is read must have an effect.
fn some_event_of_each_enum_is_handled(ctxt: &Ctxt, projection: &Projection<'_>) {
    if projection.is_incomplete {
        return;
    }
    let mut said = Vec::new();
    for ignored in &projection.ignored {
        let name = name_of(&ignored.events);
        if projection.handlers.iter().any(|handler| name_of(&handler.events) == name) || said.contains(&name) {
            continue;
        }
        let message = format_args!(
            "no handler handles an event of `{name}`, so none is given to this view: leave it out of `ignore`"
        );
        ctxt.error(&ignored.events, message);
        said.push(name);
    }
}

/// A view is made of the events of aggregates, which a handler names or the enum.
fn each_enum_is_of_an_aggregate(ctxt: &Ctxt, projection: &Projection<'_>) {
    for of in projection.by_enum().iter().filter(|of| of.aggregate().is_none()) {
        let message = format_args!(
            "the aggregate of `{}` cannot be found by the name of the enum, which does not end in `Event`: give one of its handlers `at: &At<..>`, with the aggregate",
            name_of(of.events)
        );
        ctxt.error(of.events, message);
    }
}

/// A failure parks a key of a view in SQL, or stops the view.
fn all_or_none_in_sql_have_a_key(ctxt: &Ctxt, projection: &Projection<'_>) {
    let has_key = projection.handlers.iter().any(|handler| handler.key.is_some());
    if projection.sql.is_none() || !has_key {
        return;
    }
    for handler in projection.handlers.iter().filter(|handler| handler.key.is_none()) {
        let message = "another handler has a key, by which a failing one is parked, and this one has none: write `key = at.id()` or another here, or no key at any";
        ctxt.error(&handler.variant, message);
    }
}

fn is_conditional(handler: &Handler<'_>) -> bool {
    handler.cfgs().next().is_some()
}
