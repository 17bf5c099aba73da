//! What serde must not be asked to do to a value that is stored: what would lose it.

use syn::Type;

use crate::args::SerdeArgs;
use crate::ctxt::Ctxt;
use crate::spelled::is_called;

/// What is stored comes back. A value that is left out must not be missed (`container_default`: the type around it has a default).
pub(super) fn check(ctxt: &Ctxt, serde: &SerdeArgs, ty: &Type, container_default: bool) {
    if let Some((word, span)) = &serde.skip
        && !is_called(ty, "PhantomData")
    {
        let message = format!(
            "`{word}` loses this value when it is stored: leave `{word}` out; a value that can be computed from others belongs in a \
             method"
        );
        ctxt.error_at(*span, message);
    }
    // Serde reads a missing `Option` as `None`, but not through a function of the user's.
    let may_be_missing = serde.default || container_default || (is_called(ty, "Option") && !serde.is_reshaped);
    if let Some(span) = serde.skipped_if
        && !may_be_missing
    {
        let message = "a value that is left out cannot be read again (\"missing field\"): write `default` beside `skip_serializing_if`, \
                       which gives the value that is left out";
        ctxt.error_at(span, message);
    }
}

/// What is written under a name is read under it; of a field or a variant that serde would call `plain`.
pub(super) fn check_name(ctxt: &Ctxt, serde: &SerdeArgs, plain: &str) {
    let Some(apart) = serde.renamed_apart.as_ref().filter(|apart| apart.word == "rename") else { return };
    let (written, read) = (apart.written.as_deref().unwrap_or(plain), apart.read.as_deref().unwrap_or(plain));
    if written != read && serde.aliases.iter().all(|alias| alias != written) {
        let message = format!(
            "it is written under the name `{written}` and read under `{read}`, so what is stored could not be read: write `rename = \
             \"{written}\"`, and `alias = \"{read}\"` if something is stored under that name"
        );
        ctxt.error_at(apart.span, message);
    }
}

/// The same of a rule for the names of all fields or variants.
pub(super) fn check_rule(ctxt: &Ctxt, serde: &SerdeArgs) {
    if let Some(apart) = serde.renamed_apart.as_ref().filter(|apart| apart.word != "rename") {
        let message = format!(
            "names are written by one rule and read by another, so what is stored could not be read: write one, `{} = \"..\"`",
            apart.word
        );
        ctxt.error_at(apart.span, message);
    }
}
