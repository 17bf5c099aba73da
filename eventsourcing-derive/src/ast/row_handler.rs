//! A function with `#[on]`: what an event does to a row.

use syn::{Attribute, PatType, Receiver, ReceiverKind, Type};

use crate::args::HandlerArgs;
use crate::ast::function::Function;
use crate::ast::handler::{Given, Handler};
use crate::ast::self_type::{SelfType, is_self};
use crate::ast::signature::{is_mut_self, returned};
use crate::ast::sql;
use crate::ctxt::Ctxt;
use crate::spelled::{is_called, of_option};

/// A handler of a projection.
pub(crate) type RowHandler<'a> = Handler<'a, Form>;

/// What a handler does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `fn(..) -> Self`.
    Make,
    /// `fn(&mut self, ..)`.
    Change,
    /// `fn(self, ..) -> Option<Self>`.
    ChangeOrDelete,
    /// `fn(this: Option<Self>, ..) -> Self`.
    MakeOrChange,
    /// `fn(this: Option<Self>, ..) -> Option<Self>`.
    Replace,
    /// `fn(tx: &SqliteTx<'_>, ..) -> rusqlite::Result<()>`.
    Sql,
}

const FORMS: &str = "a handler is one of `fn(..) -> Self`, which makes the row, `fn(&mut self, ..)`, which changes it, \
                     `fn(self, ..) -> Option<Self>`, which changes or deletes it, `fn(this: Option<Self>, ..) -> Self`, which makes or \
                     changes it, and `fn(this: Option<Self>, ..) -> Option<Self>`, which does any of these, or nothing";

const OF_ROW: Given = Given {
    first: ("this", "`this: Option<Self>` comes first; a field of that name is taken by `#[field(this)] that: ..`"),
    at: "`at: &At<..>` comes first, after `self` or `this`; a field of that name is taken by `#[field(at)] when: ..`",
    last: None,
    by_type: None,
};

const IN_SQL: Given = Given {
    first: ("tx", "`tx: &SqliteTx<'_>` comes first; a field of that name is taken by `#[field(tx)] of: ..`"),
    at: "`at: &At<..>` comes second, after `tx`; a field of that name is taken by `#[field(at)] when: ..`",
    last: None,
    by_type: Some((sql::is_transaction, "the transaction comes first, and is called `tx`: write `tx: &SqliteTx<'_>`")),
};

/// `None` if nothing can be made of it.
pub(super) fn handler<'a>(
    ctxt: &Ctxt,
    row: &SelfType,
    is_in_sql: bool,
    mark: &Attribute,
    original: &'a Function,
) -> Option<RowHandler<'a>> {
    let args = HandlerArgs::from_method(ctxt, mark, "key", "#[on(AccountEvent::Opened)]");
    let given = if is_in_sql { &IN_SQL } else { &OF_ROW };
    Handler::new(ctxt, given, args, original, |taken| {
        if let Some(asyncness) = &original.sig.asyncness {
            let message = if is_in_sql {
                "a handler cannot be `async`: it is part of a transaction, which waits for nothing else"
            } else {
                "a handler cannot be `async`: it depends on its row and the event alone, and has no other effect"
            };
            ctxt.error(asyncness, message);
        }
        if is_in_sql {
            sql::check(ctxt, row, original, taken.first);
            Some(Form::Sql)
        } else {
            form(ctxt, row, original, taken.first)
        }
    })
}

/// What it does, by its receiver and what it returns.
fn form(ctxt: &Ctxt, row: &SelfType, function: &Function, this: Option<&PatType>) -> Option<Form> {
    let signature = &function.sig;
    let returned = returned(signature);
    if let Some(ty) = returned.filter(|ty| is_called(ty, "Result")) {
        let message = "a handler cannot fail: what it is given has happened. If it cannot make a row of that, let it panic: the row is then \
                       parked, and others go on";
        ctxt.error(ty, message);
        return None;
    }
    let is_row = |ty: &Type| row.is(ty);
    let may_be_row = |ty: &Type| of_option(ty).is_some_and(is_row);
    let form = match (signature.receiver(), this, returned) {
        (None, None, Some(ty)) if is_row(ty) => Form::Make,
        (None, Some(this), Some(ty)) if is_row(ty) || may_be_row(ty) => {
            if !may_be_row(&this.ty) {
                ctxt.error(&this.ty, "`this` is the row, if there is one: write `this: Option<Self>`, or for a field of that name `#[field(this)] that: ..`");
            }
            if is_row(ty) { Form::MakeOrChange } else { Form::Replace }
        }
        (Some(receiver), None, None) if is_mut_self(receiver, row) => Form::Change,
        (Some(receiver), None, Some(ty)) if is_by_value(receiver) && may_be_row(ty) => Form::ChangeOrDelete,
        (_, _, Some(ty)) => {
            ctxt.error(ty, FORMS);
            return None;
        }
        (Some(receiver), ..) => {
            ctxt.error(receiver, FORMS);
            return None;
        }
        (None, ..) => {
            ctxt.error(&signature.ident, FORMS);
            return None;
        }
    };
    Some(form)
}

/// Whether it is `self`, however it is written.
fn is_by_value(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(..) => false,
        ReceiverKind::Typed(_, ty) => is_self(ty),
        _ => true,
    }
}
