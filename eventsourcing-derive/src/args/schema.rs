//! `#[schema(..)]` on a field.

use syn::Attribute;

use crate::args::options::{each_list, options};
use crate::ctxt::Ctxt;

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
