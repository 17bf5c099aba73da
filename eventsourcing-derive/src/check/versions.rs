//! Rules about versions: whatever was once stored is read by one thing, and by one only.

use syn::ext::IdentExt as _;

use crate::ast::Event;
use crate::ast::event_enum::EventEnum;
use crate::ast::events::Events;
use crate::ast::upcaster::{Target, Upcaster};
use crate::ast::upcasts::Upcasts;
use crate::ctxt::Ctxt;
use crate::names::EventName;
use crate::names::case::{self, CaseRule};

/// The most missing versions that a message lists.
const LISTED: usize = 5;

pub(super) fn events(ctxt: &Ctxt, events: &Events<'_>) {
    let all: Vec<_> = events.distinct_events().collect();
    let upcasters: Vec<_> = events.upcasters().collect();
    each_retired_name_is_gone(ctxt, &all, &events.retired);
    each_version_is_read_once(ctxt, &upcasters);
    if !events.is_incomplete() {
        each_upcaster_has_an_event(ctxt, &all, &events.retired, &upcasters);
        for event in all {
            each_older_version_is_read(ctxt, event, &upcasters, events);
        }
        each_split_version_is_read(ctxt, &events.retired, &upcasters);
    }
    upcasters_know_all_generics(ctxt, events, &upcasters);
}

/// Of the upcasters of a user's own enum nothing is known here: the compiler compares the two items.
pub(super) fn event_enum(ctxt: &Ctxt, item: &EventEnum<'_>) {
    each_retired_name_is_gone(ctxt, &item.events.iter().collect::<Vec<_>>(), &item.retired);
}

pub(crate) fn upcasts(ctxt: &Ctxt, upcasts: &Upcasts<'_>) {
    each_version_is_read_once(ctxt, &upcasts.upcasters.iter().collect::<Vec<_>>());
}

/// An event is there or retired, and retired once.
fn each_retired_name_is_gone(ctxt: &Ctxt, events: &[&Event], retired: &[EventName]) {
    for (n, name) in retired.iter().enumerate() {
        if let Some(event) = events.iter().find(|event| event.is_stored_as(&name.text)) {
            ctxt.error_at(
                name.span,
                format_args!("`{}` is not retired: event `{}` is stored under it, or was", name.text, event.variant),
            );
        }
        if retired.iter().take(n).any(|before| before.text == name.text) {
            ctxt.error_at(name.span, format_args!("`{}` is retired already: leave it out", name.text));
        }
    }
}

/// Two upcasters cannot read the same. (Under a `#[cfg]`, only one of them may be there.)
fn each_version_is_read_once(ctxt: &Ctxt, upcasters: &[&Upcaster<'_>]) {
    for (n, upcaster) in upcasters.iter().enumerate() {
        let same = |before: &&&Upcaster<'_>| {
            before.event.text == upcaster.event.text
                && before.from.number == upcaster.from.number
                && !(before.cfgs().next().is_some() && upcaster.cfgs().next().is_some())
        };
        if upcasters.iter().take(n).find(same).is_some() {
            let (event, from) = (&upcaster.event.text, upcaster.from.number);
            ctxt.error(
                upcaster.mark,
                format_args!("there are two upcasters of event `{event}` from version {from}: leave one"),
            );
        }
    }
}

/// An upcaster reads a version before the current one of an event, or a version of an event that is no longer there.
fn each_upcaster_has_an_event(ctxt: &Ctxt, events: &[&Event], retired: &[EventName], upcasters: &[&Upcaster<'_>]) {
    for upcaster in upcasters {
        let EventName { text, span, .. } = &upcaster.event;
        match upcaster.target(events, retired) {
            Some(Target::Event(event)) if upcaster.from.number >= event.schema_version() => {
                let (variant, version) = (&event.variant, event.schema_version());
                let message = format!(
                    "event `{variant}` is at version {version}, and an upcaster goes from a version before it: raise the version \
                     with `#[event({variant}, version = {})]`, or leave the upcaster out",
                    upcaster.from.number.saturating_add(1),
                );
                ctxt.error_at(upcaster.from.span, message);
            }
            Some(_) => {}
            None => {
                let known: Vec<_> = events.iter().map(|event| format!("`{}`", event.variant)).collect();
                let message = format!(
                    "there is no event `{text}`; known here: {}. If it was one, say so: `#[events(retired({text}))]`",
                    known.join(", "),
                );
                ctxt.error_at(*span, message);
            }
        }
    }
}

/// What was stored at an older version is still there.
fn each_older_version_is_read(ctxt: &Ctxt, event: &Event, upcasters: &[&Upcaster<'_>], events: &Events<'_>) {
    let Some(version) = event.version else { return };
    let is_read = |from: u32| {
        upcasters.iter().any(|upcaster| event.is_called(&upcaster.event.text) && upcaster.from.number == from)
    };
    let mut missing = (1..version.number).filter(|from| !is_read(*from)).take(LISTED);
    if let Some(first) = missing.next() {
        let variant = &event.variant;
        let others: Vec<_> = missing.map(|from| from.to_string()).collect();
        let versions = if others.is_empty() { "version" } else { "versions" };
        let all = [&[first.to_string()], &*others].concat().join(", ");
        let message = format!(
            "event `{variant}` is at version {}, and nothing reads its {versions} {all}: write `#[upcast({variant}, from = \
             {first})] fn {}_v{first}(..) -> {}` with the fields that it had then",
            version.number,
            case::of_variant(Some(CaseRule::Snake), &variant.unraw().to_string()),
            events.enum_ident,
        );
        ctxt.error_at(version.span, message);
    }
}

/// Of an event that others stand for today, each version was stored.
fn each_split_version_is_read(ctxt: &Ctxt, retired: &[EventName], upcasters: &[&Upcaster<'_>]) {
    for name in retired {
        let from: Vec<_> = upcasters
            .iter()
            .filter(|upcaster| upcaster.event.text == name.text)
            .map(|upcaster| upcaster.from.number)
            .collect();
        let last = from.iter().copied().max().unwrap_or(0);
        if let Some(missing) = (1..last).find(|version| !from.contains(version)) {
            let text = &name.text;
            ctxt.error_at(
                name.span,
                format_args!(
                    "nothing reads version {missing} of `{text}`: write `#[upcast({text}, from = {missing})]`"
                ),
            );
        }
    }
}

/// Generated code calls an upcaster knowing the events alone.
fn upcasters_know_all_generics(ctxt: &Ctxt, events: &Events<'_>, upcasters: &[&Upcaster<'_>]) {
    let unused = events.generics_that_no_event_uses();
    if let (Some(unused), Some(upcaster)) = (unused.first(), upcasters.first()) {
        let message = format!(
            "an upcaster makes events, and no event uses `{unused}`: write the events as an enum of their own under `#[event]`, and \
             the upcasters in its `impl` block under `#[upcast]`"
        );
        ctxt.error(upcaster.mark, message);
    }
}
