//! A function with `#[on]`: what an event does to a row.

use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, FnArg, Ident, ImplItemFn, Pat, PatType, Path, Receiver, ReceiverKind, ReturnType, Type};

use crate::args::{OnArgs, field_mark};
use crate::ast::self_type::{SelfType, is_self};
use crate::ast::signature::{check_arguments, check_is_safe_rust, is_mut_self};
use crate::ast::sql;
use crate::ast::{cfgs, is_argument_called};
use crate::ctxt::Ctxt;
use crate::spelled::{first_argument, is_called, is_unit, of_option, ungrouped};
use crate::tokens::words;

pub(crate) struct Handler<'a> {
    pub(crate) original: &'a ImplItemFn,
    /// The path of the enum of the event.
    pub(crate) events: Path,
    pub(crate) variant: Ident,
    /// Which row it is about, if not that of the event's aggregate.
    pub(crate) key: Option<Expr>,
    pub(crate) form: Form,
    /// The argument that takes where the event stands.
    pub(crate) at: Option<&'a Type>,
    pub(crate) arguments: Vec<Argument<'a>>,
}

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
    /// `fn(tx: &SqliteTx<'_>, ..) -> rusqlite::Result<()>`.
    Sql,
}

/// An argument that takes a field of the event.
pub(crate) struct Argument<'a> {
    pub(crate) field: Ident,
    /// What it is called in the function, if it is called.
    pub(crate) name: Option<&'a Ident>,
    pub(crate) ty: &'a Type,
}

const FORMS: &str = "a handler is one of `fn(..) -> Self`, which makes the row, `fn(&mut self, ..)`, which changes it, \
                     `fn(self, ..) -> Option<Self>`, which changes or deletes it, and `fn(this: Option<Self>, ..) -> Self`, which makes or \
                     changes it";

impl<'a> Handler<'a> {
    /// `None` if nothing can be made of it.
    pub(super) fn new(
        ctxt: &Ctxt,
        row: &SelfType,
        is_in_sql: bool,
        mark: &Attribute,
        original: &'a ImplItemFn,
    ) -> Option<Self> {
        let args = OnArgs::from_method(ctxt, mark);
        let signature = &original.sig;
        check_is_safe_rust(ctxt, signature, "a handler", "it is called by generated code for each event");
        check_arguments(ctxt, signature);
        if let Some(asyncness) = &signature.asyncness {
            let message = if is_in_sql {
                "a handler cannot be `async`: it is part of a transaction, which waits for nothing else"
            } else {
                "a handler cannot be `async`: it depends on its row and the event alone, and has no other effect"
            };
            ctxt.error(asyncness, message);
        }
        let parameters = signature.generics.type_params().map(ToTokens::to_token_stream);
        let parameters = parameters.chain(signature.generics.const_params().map(ToTokens::to_token_stream));
        for parameter in parameters.collect::<Vec<_>>() {
            ctxt.error(
                parameter,
                "a handler cannot be generic: its arguments are the event's fields, so write their types",
            );
        }
        let mut inputs = signature.inputs.iter().filter_map(|argument| match argument {
            FnArg::Receiver(_) => None,
            FnArg::Typed(argument) => Some(argument),
        });
        let mut next = inputs.next();
        // The row or the transaction.
        let changed = next.filter(|argument| is_argument_called(argument, if is_in_sql { "tx" } else { "this" }));
        if changed.is_some() {
            next = inputs.next();
        }
        let at = next.filter(|argument| is_argument_called(argument, "at"));
        if at.is_some() {
            next = inputs.next();
        }
        let form = if is_in_sql {
            sql::check(ctxt, row, original, changed);
            Some(Form::Sql)
        } else {
            form(ctxt, row, original, changed)
        };
        let at = at.map(|argument| &*argument.ty);
        if let Some(ty) = at.filter(|ty| !matches!(ungrouped(ty), Type::Reference(_))) {
            let message = "an argument `at` takes where the event stands: write `at: &At<..>`, or for a field of that name `#[field(at)] when: ..`";
            ctxt.error(ty, message);
        }
        let arguments: Vec<_> =
            next.into_iter().chain(inputs).filter_map(|argument| Argument::new(ctxt, is_in_sql, argument)).collect();
        let mut event = args.event?;
        let variant = event.segments.pop()?.ident;
        event.segments.pop_punct();
        Some(Self { original, events: event, variant, key: args.key, form: form?, at, arguments })
    }

    /// The aggregate in `at: &At<..>`.
    pub(crate) fn aggregate(&self) -> Option<&Type> {
        let Type::Reference(at) = ungrouped(self.at?) else { return None };
        first_argument(&at.elem, "At")
    }

    pub(crate) fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        cfgs(&self.original.attrs)
    }
}

impl<'a> Argument<'a> {
    fn new(ctxt: &Ctxt, is_in_sql: bool, argument: &'a PatType) -> Option<Self> {
        let name = match &*argument.pat {
            Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => Some(&pattern.ident),
            _ => None,
        };
        let field = field_mark(ctxt, &argument.attrs);
        let is_field = field.is_some();
        let Some(field) = field.or_else(|| name.cloned()) else {
            ctxt.error(
                &argument.pat,
                "an argument takes the event's field of its name: give it one, or mark it `#[field(name)]`",
            );
            return None;
        };
        let misplaced = match (field.unraw().to_string().as_str(), is_in_sql) {
            ("at", false) => Some(
                "`at: &At<..>` comes first, after `self` or `this`; a field of that name is taken by `#[field(at)] when: ..`",
            ),
            ("at", true) => {
                Some("`at: &At<..>` comes second, after `tx`; a field of that name is taken by `#[field(at)] when: ..`")
            }
            ("this", false) => {
                Some("`this: Option<Self>` comes first; a field of that name is taken by `#[field(this)] that: ..`")
            }
            ("tx", true) => {
                Some("`tx: &SqliteTx<'_>` comes first; a field of that name is taken by `#[field(tx)] of: ..`")
            }
            (_, true) if sql::is_transaction(&argument.ty) => {
                Some("the transaction comes first, and is called `tx`: write `tx: &SqliteTx<'_>`")
            }
            _ => None,
        };
        if let Some(message) = misplaced.filter(|_| !is_field) {
            ctxt.error(&argument.pat, message);
            return None;
        }
        let ty = ungrouped(&argument.ty);
        if words(ty.to_token_stream()).iter().any(|word| word == "impl") {
            ctxt.error(ty, "a handler cannot be generic: its arguments are the event's fields, so write their types");
            return None;
        }
        if matches!(ty, Type::Reference(reference) if reference.mutability.is_some()) {
            ctxt.error(ty, "a handler cannot change the event: take the field by value or by `&`");
            return None;
        }
        Some(Self { field, name, ty })
    }
}

/// What it does, by its receiver and what it returns.
fn form(ctxt: &Ctxt, row: &SelfType, function: &ImplItemFn, this: Option<&PatType>) -> Option<Form> {
    let signature = &function.sig;
    let returned = match &signature.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(ungrouped(ty)).filter(|ty| !is_unit(ty)),
    };
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
        (None, Some(this), Some(ty)) if is_row(ty) => {
            if !may_be_row(&this.ty) {
                ctxt.error(&this.ty, "`this` is the row, if there is one: write `this: Option<Self>`, or for a field of that name `#[field(this)] that: ..`");
            }
            Form::MakeOrChange
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
