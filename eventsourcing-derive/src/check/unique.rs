//! Rules about fields whose values are unique.

use crate::ast::aggregate::Aggregate;
use crate::ctxt::Ctxt;

/// Claims are found by the stored name of a field, so two fields have two.
pub(super) fn each_field_has_a_name_of_its_own(ctxt: &Ctxt, item: &Aggregate<'_>) {
    for (n, unique) in item.unique.iter().enumerate() {
        if item.unique.iter().take(n).any(|before| before.name.text == unique.name.text) {
            let message = format!(
                "two unique fields have the stored name `{}`, by which their claims are found: give one another, \
                 `#[aggregate(unique = \"..\")]`",
                unique.name.text
            );
            ctxt.error_at(unique.name.span, message);
        }
    }
}
