//! `#[aggregate(..)]`.

use syn::{Attribute, Expr, LitInt, Type};

use crate::args::{each_list, options, value};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

/// `#[aggregate(..)]` on a struct.
#[derive(Default)]
pub(crate) struct AggregateArgs {
    /// A string, or of a generic aggregate an expression of its parameters.
    pub(crate) name: Option<Expr>,
    pub(crate) event: Option<Type>,
    pub(crate) snapshot_every: Option<LitInt>,
    pub(crate) snapshot: bool,
    pub(crate) krate: CratePath,
}

impl AggregateArgs {
    pub(crate) fn from_attributes(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut args = Self::default();
        each_list(ctxt, attributes, "aggregate", |input| {
            options(ctxt, input, &["name", "event", "snapshot_every", "snapshot", "crate"], &[], |key, input| {
                match key {
                    "name" => args.name = Some(value(input)?),
                    "event" => args.event = Some(value(input)?),
                    "snapshot_every" => args.snapshot_every = Some(value(input)?),
                    "snapshot" => args.snapshot = true,
                    _ => args.krate = CratePath::parse(ctxt, input)?,
                }
                Ok(())
            })
        });
        args
    }
}
