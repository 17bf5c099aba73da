//! `#[aggregate(..)]`.

use syn::{Attribute, LitStr, Type};

use crate::args::{each_list, options, value};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

/// `#[aggregate(..)]` on a struct.
#[derive(Default)]
pub(crate) struct AggregateArgs {
    pub(crate) name: Option<LitStr>,
    pub(crate) event: Option<Type>,
    pub(crate) krate: CratePath,
}

impl AggregateArgs {
    pub(crate) fn from_attributes(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut args = Self::default();
        each_list(ctxt, attributes, "aggregate", |input| {
            options(ctxt, input, &["name", "event", "crate"], &[], |key, input| {
                match key {
                    "name" => args.name = Some(value(input)?),
                    "event" => args.event = Some(value(input)?),
                    _ => args.krate = CratePath::parse(ctxt, input)?,
                }
                Ok(())
            })
        });
        args
    }
}
