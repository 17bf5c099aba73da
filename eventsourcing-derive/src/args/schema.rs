//! `#[schema(..)]`.

use syn::{Attribute, LitStr};

use crate::args::options::{each_list, options, value};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

/// On a type.
#[derive(Default)]
pub(crate) struct SchemaArgs {
    pub(crate) name: Option<LitStr>,
    pub(crate) krate: CratePath,
}

#[derive(Clone, Copy, PartialEq)]
enum Key {
    Name,
    Crate,
}

impl SchemaArgs {
    pub(crate) fn from_attributes(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut args = Self::default();
        each_list(ctxt, attributes, "schema", |input| {
            options(ctxt, input, &[("name", Key::Name), ("crate", Key::Crate)], &[], |key, input| {
                match key {
                    Key::Name => args.name = Some(value(input)?),
                    Key::Crate => args.krate = CratePath::parse(ctxt, input)?,
                }
                Ok(())
            })
        });
        args
    }
}

/// Whether a field is marked `#[schema(opaque)]`.
pub(crate) fn is_opaque(ctxt: &Ctxt, attributes: &[Attribute]) -> bool {
    let mut is_opaque = false;
    each_list(ctxt, attributes, "schema", |input| {
        options(ctxt, input, &[("opaque", ())], &[], |(), _| {
            is_opaque = true;
            Ok(())
        })
    });
    is_opaque
}
