//! The streams of an aggregate that was released are still found.

use crate::ast::aggregate::{Aggregate, AggregateName};
use crate::check::history::unique::released_names_are_there;
use crate::ctxt::Ctxt;
use crate::lock::CrateLock;

/// An aggregate's streams are found by its stored name. (Those of the instances of a generic one are known to the compiler alone;
/// `events_lock` compares them.)
pub(crate) fn aggregate(ctxt: &Ctxt, lock: &CrateLock, item: &Aggregate<'_>) {
    let AggregateName::Text(name) = &item.name else { return };
    released_names_are_there(ctxt, lock, item, &name.text);
    let ident = item.event_enum();
    if let Some(was) = lock.before_renaming(&name.text, &ident) {
        let message = format!(
            "this aggregate was released as `{}` (events.lock), so nothing here is compared with it: if the package has another name now, write \
             `({})` there",
            was.path,
            lock.path_of(&ident),
        );
        ctxt.error_at(name.span, message);
    }
    let mut known = lock.of_enum(&ident).peekable();
    if let Some(first) = known.peek().map(|first| first.name.clone())
        && !known.any(|aggregate| aggregate.name == name.text)
    {
        let message = format!(
            "this aggregate was released under the stored name `{first}` (events.lock), by which its streams are found: write \
             `#[aggregate(name = \"{first}\")]`"
        );
        ctxt.error_at(name.span, message);
    } else if let Some(other) = lock.aggregate(&name.text)
        && !lock.of_enum(&ident).any(|aggregate| aggregate.name == name.text)
    {
        let message = format!(
            "the stored name `{}` was released as that of `{}` (events.lock): if that is now `{ident}`, write so there; if it is the enum of \
             `#[events(enum = {})]`, write `#[aggregate(event = {})]` here; if this is another aggregate, give it another name: \
             `#[aggregate(name = \"..\")]`",
            name.text,
            other.path,
            other.crate_and_enum().1,
            other.crate_and_enum().1,
        );
        ctxt.error_at(name.span, message);
    }
}
