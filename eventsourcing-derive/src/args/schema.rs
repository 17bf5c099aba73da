//! `#[schema(..)]` on a field.

use syn::Attribute;

use crate::args::options::{each_list, flag, options};
use crate::ctxt::Ctxt;

/// Whether a field is marked `#[schema(opaque)]`.
pub(crate) fn is_opaque(ctxt: &Ctxt, attributes: &[Attribute]) -> bool {
    let mut is_opaque = false;
    each_list(ctxt, attributes, "schema", |input| {
        options(ctxt, input, &[("opaque", ())], &[], |(), input| {
            is_opaque = flag("opaque", input)?;
            Ok(())
        })
    });
    is_opaque
}
