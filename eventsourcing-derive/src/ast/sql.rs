//! What makes a projection one in SQL: `#[setup]`, and handlers that write in a transaction.

use quote::ToTokens;
use syn::{Attribute, LitStr, Meta, PatType, Type};

use crate::args::{is_on_mark, is_setup_mark};
use crate::ast::function::Function;
use crate::ast::handler::typed;
use crate::ast::self_type::SelfType;
use crate::ast::signature::{check_arguments, check_is_safe_rust, returned};
use crate::ast::{cfgs, is_argument_called};
use crate::ctxt::Ctxt;
use crate::spelled::{is_called, of_option, ungrouped};

const HANDLER: &str = "`fn(tx: &SqliteTx<'_>, ..) -> rusqlite::Result<()>`";
const SETUP: &str = "`#[setup] fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()>`";

/// Whether a block is a projection in SQL: one handler is, or there are none beside what makes the tables.
pub(super) fn is_in_sql(functions: &[&Function]) -> bool {
    let has_setup = functions.iter().any(|function| setup_mark(function).is_some());
    let mut handlers = functions.iter().filter(|function| function.attrs.iter().any(is_on_mark)).peekable();
    let is_first =
        |function: &Function| typed(&function.sig).next().is_some_and(|first| is_argument_called(first, "tx"));
    (has_setup && handlers.peek().is_none())
        || handlers.any(|function| {
            typed(&function.sig).any(|argument| is_transaction(&argument.ty)) || (has_setup && is_first(function))
        })
}

/// Refuses what only one in SQL has.
pub(super) fn check_is_no_part_of_rows(ctxt: &Ctxt, functions: &[&Function], name: Option<&LitStr>) {
    for mark in functions.iter().filter_map(|function| setup_mark(function)) {
        let message = format_args!(
            "the table of a row is made by its type: leave `#[setup]` out, or write the handlers in SQL, as {HANDLER}"
        );
        ctxt.error(mark, message);
    }
    if let Some(name) = name {
        ctxt.error(
            name,
            "the rows of a view are kept under the name of their type: write `#[view(name = \"..\")]` on the struct",
        );
    }
}

/// The function that makes the tables.
pub(super) fn setup<'a>(ctxt: &Ctxt, functions: &[&'a Function], ty: &Type) -> Option<&'a Function> {
    let mut marked = functions.iter().filter_map(|function| Some((*function, setup_mark(function)?)));
    let Some((setup, mark)) = marked.next() else {
        ctxt.error(ty, format_args!("the view has no tables: write {SETUP}, which makes them"));
        return None;
    };
    for (_, other) in marked {
        ctxt.error(other, "one function makes the tables of a view: leave one `#[setup]`");
    }
    if !matches!(mark.meta, Meta::Path(_)) {
        ctxt.error(mark, "`#[setup]` takes no options: write it alone");
    }
    if let Some(on) = setup.attrs.iter().find(|attribute| is_on_mark(attribute)) {
        ctxt.error(on, "the tables are made before the first event: leave `#[on(..)]` or `#[setup]` out");
    }
    for cfg in cfgs(&setup.attrs) {
        ctxt.error(cfg, "a view has its tables always: write the condition in the body, or on the whole `impl` block");
    }
    let signature = &setup.sig;
    check_is_safe_rust(ctxt, signature, "`#[setup]`", "it is called by generated code");
    check_arguments(ctxt, signature);
    let is_plain = signature.asyncness.is_none()
        && signature.generics.type_params().next().is_none()
        && signature.generics.const_params().next().is_none()
        && signature.receiver().is_none();
    let takes_one =
        typed(&setup.sig).next().is_some_and(|first| is_lent(&first.ty)) && typed(&setup.sig).nth(1).is_none();
    if !is_plain || !takes_one || returned(&setup.sig).is_none() {
        ctxt.error(
            &signature.ident,
            format_args!("write {SETUP}: it is given the transaction in which the view begins"),
        );
    }
    Some(setup)
}

/// Refuses a handler that is not in SQL, in a block that is. `tx` is what it takes the transaction by.
pub(super) fn check(ctxt: &Ctxt, view: &SelfType, handler: &Function, tx: Option<&PatType>) {
    let signature = &handler.sig;
    let is_row = |ty: &Type| view.is(ty) || of_option(ty).is_some_and(|ty| view.is(ty));
    let this = typed(&handler.sig).find(|argument| is_argument_called(argument, "this") && is_row(&argument.ty));
    let of_row = match (signature.receiver(), this, returned(&handler.sig)) {
        (Some(receiver), ..) => Some(receiver.to_token_stream()),
        (None, Some(this), _) => Some(this.to_token_stream()),
        (None, None, Some(ty)) if is_row(ty) => Some(ty.to_token_stream()),
        _ => None,
    };
    if let Some(of_row) = of_row {
        let message = format_args!(
            "the handlers of this block are in SQL, and this one is of a row: write {HANDLER}, or the rows and their handlers as a view of their own"
        );
        ctxt.error(of_row, message);
        return;
    }
    let is_elsewhere =
        || typed(&handler.sig).any(|argument| is_argument_called(argument, "tx") || is_transaction(&argument.ty));
    match tx {
        Some(tx) if !is_lent(&tx.ty) => {
            ctxt.error(&tx.ty, "a handler is lent the transaction: write `tx: &SqliteTx<'_>`");
        }
        None if !is_elsewhere() => {
            ctxt.error(&signature.ident, format_args!("the handlers of this block are in SQL: write {HANDLER}"));
        }
        _ => {}
    }
    if returned(&handler.sig).is_none() {
        let message = "what SQL does may fail: return `rusqlite::Result<()>`, and end with `Ok(())`";
        ctxt.error(&signature.ident, message);
    }
}

/// Whether it reads `SqliteTx`, lent or not.
pub(super) fn is_transaction(ty: &Type) -> bool {
    let ty = match ungrouped(ty) {
        Type::Reference(reference) => ungrouped(&reference.elem),
        ty => ty,
    };
    is_called(ty, "SqliteTx")
}

fn is_lent(ty: &Type) -> bool {
    matches!(ungrouped(ty), Type::Reference(reference) if reference.mutability.is_none())
}

fn setup_mark(function: &Function) -> Option<&Attribute> {
    function.attrs.iter().find(|attribute| is_setup_mark(attribute))
}
