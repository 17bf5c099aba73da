//! The claims on the values of a unique field that was released are still found.

use crate::ast::aggregate::Aggregate;
use crate::ctxt::Ctxt;
use crate::lock::CrateLock;

/// They are found by the stored name of the field. `name` is that of the aggregate.
pub(super) fn released_names_are_there(ctxt: &Ctxt, lock: &CrateLock, item: &Aggregate<'_>, name: &str) {
    let Some(released) = lock.of_enum(&item.event_enum()).find(|aggregate| aggregate.name == name) else { return };
    let is_released = |name: &str| released.unique.iter().any(|released| released == name);
    let gone = released.unique.iter().filter(|gone| item.unique.iter().all(|unique| unique.name.text != **gone));
    let new: Vec<_> = item.unique.iter().filter(|unique| !is_released(&unique.name.text)).collect();
    for gone in gone {
        let message = format!(
            "unique field `{gone}` of this aggregate was released (events.lock), and its claims are found by this name: write \
             `#[aggregate(unique = \"{gone}\")]` on the field that it is now; if its values need not be unique any more, delete the line \
             `unique {gone}` there"
        );
        // One is gone and one is new: it got another name.
        let span = if let [renamed] = &*new { renamed.name.span } else { item.original.ident.span() };
        ctxt.error_at(span, message);
    }
}
