//! What was released is still read where a `#[cfg]` is off, which only the compiler knows.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::{Attribute, Ident};

use crate::ast::Event;
use crate::ast::condition::Condition;
use crate::ast::event_enum::EventEnum;
use crate::ast::events::Events;
use crate::ast::upcaster::Upcaster;
use crate::lock::{CrateLock, text};

/// The conditions of an `impl` block.
pub(crate) fn events<'a>(lock: &CrateLock, events: &'a Events<'_>) -> Vec<Condition<'a>> {
    let all: Vec<_> = events.events().map(|method| &method.event).collect();
    let upcasters: Vec<_> = events.upcasters().collect();
    let locked = released(lock, &events.enum_ident).into_iter();
    locked.filter_map(|locked| current(&all, locked).or_else(|| older(&all, &upcasters, locked))).collect()
}

/// The conditions of a user's own enum, whose upcasters are another item.
pub(crate) fn event_enum<'a>(lock: &CrateLock, item: &'a EventEnum<'_>) -> Vec<Condition<'a>> {
    let all: Vec<_> = item.events.iter().collect();
    released(lock, &item.original.ident).into_iter().filter_map(|locked| current(&all, locked)).collect()
}

fn released<'a>(lock: &'a CrateLock, ident: &Ident) -> Vec<&'a text::Event> {
    lock.of_enum(&ident.unraw().to_string()).flat_map(|aggregate| &aggregate.events).collect()
}

/// The condition of a version that is the current one.
fn current<'a>(events: &[&'a Event], locked: &text::Event) -> Option<Condition<'a>> {
    let readers: Vec<_> = events
        .iter()
        .filter(|event| event.is_stored_as(&locked.name) && event.schema_version() == locked.version)
        .collect();
    let span = readers.first()?.variant.span();
    let what = format!("event `{}`", readers.first()?.variant);
    let readers = readers.into_iter().map(|event| event.cfgs().collect()).collect();
    condition(readers, span, &what)
}

/// The condition of a version that an upcaster reads.
fn older<'a>(events: &[&'a Event], upcasters: &[&'a Upcaster<'_>], locked: &text::Event) -> Option<Condition<'a>> {
    let reads = |upcaster: &&&'a Upcaster<'_>| {
        let is_of_event = |event: &&Event| event.is_stored_as(&locked.name) && event.is_called(&upcaster.event.text);
        upcaster.from.number == locked.version
            && (upcaster.event.text == locked.name || events.iter().copied().any(|event| is_of_event(&event)))
    };
    let readers: Vec<_> = upcasters.iter().filter(reads).collect();
    let span = readers.first()?.event.span;
    let what = format!("version {} of event `{}`", locked.version, locked.name);
    condition(readers.into_iter().map(|upcaster| upcaster.cfgs().collect()).collect(), span, &what)
}

fn condition<'a>(readers: Vec<Vec<&'a Attribute>>, span: Span, what: &str) -> Option<Condition<'a>> {
    let message = format!(
        "{what} was released (events.lock), and nothing reads it where this `#[cfg]` is off: leave it without `#[cfg]`, and write the \
         `#[cfg]` on what calls it"
    );
    readers.iter().all(|cfgs| !cfgs.is_empty()).then_some(Condition { readers, span, message })
}
