//! `#[application(..)]`.

use syn::{Attribute, Expr, Ident, Token};

use crate::args::options::{each_list, options, value};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

/// `#[application(..)]` on a struct.
#[derive(Default)]
pub(crate) struct ApplicationArgs {
    /// The name of the enum of all its events.
    pub(crate) event: Option<Ident>,
    pub(crate) krate: CratePath,
}

#[derive(Clone, Copy, PartialEq)]
enum Key {
    Event,
    Crate,
}

impl ApplicationArgs {
    pub(crate) fn from_attributes(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut args = Self::default();
        each_list(ctxt, attributes, "application", |input| {
            options(ctxt, input, &[("event", Key::Event), ("crate", Key::Crate)], &[], |key, input| {
                match key {
                    Key::Event => args.event = Some(value(input)?),
                    Key::Crate => args.krate = CratePath::parse(ctxt, input)?,
                }
                Ok(())
            })
        });
        args
    }
}

/// What a field that is no part of the store begins as.
pub(crate) enum Initial {
    Default,
    Value(Box<Expr>),
}

/// `#[application(default)]` or `#[application(default = value)]`.
pub(crate) fn initial(ctxt: &Ctxt, attributes: &[Attribute]) -> Option<Initial> {
    let mut initial = None;
    each_list(ctxt, attributes, "application", |input| {
        options(ctxt, input, &[("default", ())], &[], |(), input| {
            let is_default = !input.peek(Token![=]);
            initial = Some(if is_default { Initial::Default } else { Initial::Value(Box::new(value(input)?)) });
            Ok(())
        })
    });
    initial
}
