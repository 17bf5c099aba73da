//! What serde must not hear of a value that is stored: what would lose it.

use syn::Type;

use crate::args::SerdeArgs;
use crate::ast::ungrouped;
use crate::ctxt::Ctxt;

/// What is stored comes back. A value that is left out must not be missed (`container_default`: the type around it has a default).
pub(super) fn check(ctxt: &Ctxt, serde: &SerdeArgs, ty: &Type, container_default: bool) {
    if let Some((word, span)) = &serde.skipped
        && !is_named(ty, "PhantomData")
    {
        let message = format!(
            "`{word}` loses this value when it is stored: leave `{word}` out; a value that can be computed from others belongs in a \
             method"
        );
        ctxt.report(syn::Error::new(*span, message));
    }
    // Serde reads a missing `Option` as `None`, but not through a function of the user's.
    let may_be_missing = serde.default || container_default || (is_named(ty, "Option") && !serde.is_reshaped);
    if let Some(span) = serde.skipped_if
        && !may_be_missing
    {
        let message = "a value that is left out cannot be read again (\"missing field\"): write `default` beside `skip_serializing_if`, \
                       which gives the value that is left out";
        ctxt.report(syn::Error::new(span, message));
    }
}

/// Whether a type is spelled so, with whatever path and parameters.
fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ungrouped(ty), Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}
