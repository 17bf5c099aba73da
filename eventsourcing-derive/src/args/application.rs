//! `#[application(..)]` on a field.

use syn::{Attribute, Expr, Token};

use crate::args::{each_list, options, value};
use crate::ctxt::Ctxt;

/// What a field that is no part of the store begins as.
pub(crate) enum Initial {
    Default,
    Value(Box<Expr>),
}

/// `#[application(default)]` or `#[application(default = value)]`.
pub(crate) fn initial(ctxt: &Ctxt, attributes: &[Attribute]) -> Option<Initial> {
    let mut initial = None;
    each_list(ctxt, attributes, "application", |input| {
        options(ctxt, input, &["default"], &[], |_, input| {
            let is_default = !input.peek(Token![=]);
            initial = Some(if is_default { Initial::Default } else { Initial::Value(Box::new(value(input)?)) });
            Ok(())
        })
    });
    initial
}
