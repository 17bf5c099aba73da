//! Rules about names: what is named once, stands once.

use syn::{Ident, Path};

use crate::ast::Event;
use crate::ast::events::{Events, GIVEN};
use crate::ctxt::Ctxt;
use crate::names::StoredName;
use crate::scope::Neighbours;
use crate::spelled::last_word;

/// Two methods cannot have one name.
pub(super) fn each_method_stands_once(ctxt: &Ctxt, events: &Events<'_>) {
    for repeated in events.repeated_methods() {
        ctxt.error(repeated, format_args!("there are two methods `{repeated}`: give one another name"));
    }
}

/// Two methods cannot be the same event, unless one creates the aggregate and one changes it. (Under a `#[cfg]`, only one of them may be there; rustc finds the rest.)
pub(super) fn each_variant_stands_once(ctxt: &Ctxt, events: &[&Event]) {
    let mut seen: Vec<&Ident> = Vec::new();
    for event in events.iter().filter(|event| !event.is_conditional()) {
        if seen.contains(&&event.variant) {
            let variant = &event.variant;
            ctxt.error(variant, format_args!("there are two events `{variant}`: give one another name"));
        }
        seen.push(&event.variant);
    }
}

/// The enum has what the framework and assertions need: that cannot be derived a second time.
pub(super) fn each_derive_is_new(ctxt: &Ctxt, derives: &[Path]) {
    for (n, path) in derives.iter().enumerate() {
        let name = last_word(path);
        if GIVEN.contains(&&*name) {
            ctxt.error(
                path,
                format_args!("an enum of events is `{name}` already, if all of its fields are: leave it out"),
            );
        } else if derives.iter().take(n).any(|before| last_word(before) == name) {
            ctxt.error(path, format_args!("`{name}` is derived twice: leave it out once"));
        }
    }
}

/// What is stored under a name must be one event, so no two events share a name or an alias. (Of two under a `#[cfg]`, only
/// one may be there.)
pub(super) fn each_stored_name_stands_once(ctxt: &Ctxt, events: &[&Event]) {
    let mut seen: Vec<(&StoredName, &Event)> = Vec::new();
    for event in events {
        for name in [&event.name].into_iter().chain(&event.aliases) {
            let taken = seen
                .iter()
                .find(|(other, owner)| other.text == name.text && !(event.is_conditional() && owner.is_conditional()));
            match taken {
                Some((_, owner)) if std::ptr::eq(*owner, *event) => ctxt.error_at(
                    name.span,
                    format_args!("this event is stored under the name `{}` already: leave it out", name.text),
                ),
                // That the variant stands twice is said already.
                Some((_, owner)) if owner.variant == event.variant => {}
                Some((_, owner)) => ctxt.error_at(
                    name.span,
                    format_args!(
                        "the stored name `{}` is taken by event `{}`: what is stored under it must be one event",
                        name.text, owner.variant
                    ),
                ),
                None => {}
            }
            seen.push((name, event));
        }
    }
}

/// One block makes the enum of all events, under a name that is free.
pub(super) fn the_enum_stands_once(ctxt: &Ctxt, events: &Events<'_>, neighbours: Neighbours) {
    let (aggregate, event_enum) = (&events.aggregate.ident, &events.enum_ident);
    if neighbours.has_block_above {
        let message = format!(
            "all events and commands of `{aggregate}` stand in one `#[events]` block: move what is here to the other one (the rest may stand \
             in an `impl` block without `#[events]`)"
        );
        ctxt.error(&events.original.self_ty, message);
    } else if neighbours.has_enum {
        let message = format!(
            "the enum of these events would be `{event_enum}`, and there is a type of that name here: give it another one, \
             `#[events(enum = {aggregate}Happening)]`"
        );
        ctxt.error(&events.original.self_ty, message);
    }
}
