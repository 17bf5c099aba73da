//! `#[upcast(..)]` on a function.

use syn::parse::ParseStream;
use syn::{Attribute, LitInt, Meta, Token};

use crate::args::options::{each_list, flag, options, value};
use crate::ctxt::Ctxt;
use crate::names::EventName;

/// `#[upcast(Name, from = 1)]`.
#[derive(Default)]
pub(crate) struct UpcastArgs {
    pub(crate) event: Option<EventName>,
    pub(crate) from: Option<LitInt>,
}

impl UpcastArgs {
    pub(crate) fn from_function(ctxt: &Ctxt, attribute: &Attribute) -> Self {
        let mut args = Self::default();
        let write = "write the event and the version that it reads: `#[upcast(Name, from = 1)]`";
        if !matches!(&attribute.meta, Meta::List(list) if !list.tokens.is_empty()) {
            ctxt.error(attribute, write);
            return args;
        }
        ctxt.ok(attribute.parse_args_with(|input: ParseStream<'_>| {
            if input.peek2(Token![=]) {
                ctxt.error(attribute, write);
            } else {
                args.event = Some(EventName::parse(ctxt, input)?);
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            options(ctxt, input, &[("from", ())], &[], |(), input| {
                args.from = Some(value(input)?);
                Ok(())
            })?;
            if args.event.is_some() && args.from.is_none() {
                ctxt.error(attribute, write);
            }
            Ok(())
        }));
        args
    }
}

/// Whether an argument of an upcaster is marked as what was recorded beside the fields: `#[upcast(recorded)]`.
pub(crate) fn is_recorded(ctxt: &Ctxt, attributes: &[Attribute]) -> bool {
    let mut is_recorded = false;
    each_list(ctxt, attributes, "upcast", |input| {
        options(ctxt, input, &[("recorded", ())], &[], |(), input| {
            is_recorded = flag("recorded", input)?;
            Ok(())
        })
    });
    is_recorded
}
