//! Rules about a projection.

use crate::ast::projection::Projection;
use crate::check::handled;
use crate::ctxt::Ctxt;

pub(crate) fn projection(ctxt: &Ctxt, projection: &Projection<'_>) {
    let enums = projection.by_enum();
    some_event_is_handled(ctxt, projection);
    each_event_goes_to_a_row_once(ctxt, projection);
    handled::nothing_is_handled_and_ignored(ctxt, &enums);
    handled::nothing_is_ignored_twice(ctxt, &projection.ignored);
    if !projection.is_incomplete {
        let said = (&*projection.handlers, &*projection.ignored);
        handled::some_event_of_each_enum_is_handled(ctxt, said, "view");
    }
    handled::each_enum_is_of_an_aggregate(ctxt, &enums);
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

/// Two handlers of an event for one row would run in an order that is not said.
fn each_event_goes_to_a_row_once(ctxt: &Ctxt, projection: &Projection<'_>) {
    handled::each_repeated(&projection.by_enum(), |handler, other| {
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
        ctxt.error(variant, message);
    });
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
