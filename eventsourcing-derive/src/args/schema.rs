//! `#[schema(..)]`.

use syn::{Attribute, LitStr};

use crate::args::{each_list, options, value};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

/// On a type.
#[derive(Default)]
pub(crate) struct SchemaArgs {
    pub(crate) name: Option<LitStr>,
    pub(crate) krate: CratePath,
}

impl SchemaArgs {
    pub(crate) fn from_attributes(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut args = Self::default();
        each_list(ctxt, attributes, "schema", |input| {
            options(ctxt, input, &["name", "crate"], &[], |key, input| {
                match key {
                    "name" => args.name = Some(value(input)?),
                    _ => args.krate = CratePath::parse(ctxt, input)?,
                }
                Ok(())
            })
        });
        args
    }
}

/// Whether a field is marked `opaque`, under this attribute.
pub(crate) fn is_opaque(ctxt: &Ctxt, attributes: &[Attribute], name: &str) -> bool {
    let mut is_opaque = false;
    each_list(ctxt, attributes, name, |input| {
        options(ctxt, input, &["opaque"], &[], |_, _| {
            is_opaque = true;
            Ok(())
        })
    });
    is_opaque
}
