//! What was released of an enum of events can still be read.

use proc_macro2::Span;
use syn::Ident;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use crate::ast::Event;
use crate::ast::event_enum::EventEnum;
use crate::ast::events::Events;
use crate::ast::obligation::{Must, Obligation};
use crate::ast::upcaster::Upcaster;
use crate::ast::upcasts::Upcasts;
use crate::check::history::fields::{CurrentField, fields_are_readable};
use crate::ctxt::Ctxt;
use crate::lock::{CrateLock, text};
use crate::names::EventName;
use crate::names::case::{self, CaseRule};

/// The events of an enum, generated or written by hand.
struct Released<'a> {
    enum_ident: &'a Ident,
    /// Where the enum is named.
    span: Span,
    events: Vec<&'a Event>,
    upcasters: Vec<&'a Upcaster<'a>>,
    retired: &'a [EventName],
    /// Whether the events are variants that the user wrote, and not methods.
    is_users: bool,
}

/// The events of an `impl` block.
pub(crate) fn events<'a>(ctxt: &Ctxt, lock: &CrateLock, events: &'a Events<'a>) -> Vec<Obligation<'a>> {
    let released = Released {
        enum_ident: &events.enum_ident,
        span: events.original.self_ty.span(),
        events: events.distinct_events().collect(),
        upcasters: events.upcasters().collect(),
        retired: &events.retired,
        is_users: false,
    };
    if events.is_incomplete() { Vec::new() } else { all(ctxt, lock, &released) }
}

/// The events of a user's own enum, whose upcasters are another item.
pub(crate) fn event_enum<'a>(ctxt: &Ctxt, lock: &CrateLock, item: &'a EventEnum<'a>) -> Vec<Obligation<'a>> {
    let (ident, events) = (&item.original.ident, item.events.iter().collect());
    let (retired, upcasters) = (&item.retired, Vec::new());
    let released = Released { enum_ident: ident, span: ident.span(), events, upcasters, retired, is_users: true };
    all(ctxt, lock, &released)
}

/// The upcasters of a user's own enum.
pub(crate) fn upcasts<'a>(lock: &CrateLock, item: &'a Upcasts<'a>) -> Vec<Obligation<'a>> {
    let ident = item.event.ident.to_string();
    let locked = lock.of_enum(&ident).flat_map(|aggregate| &aggregate.events);
    let fits = |locked: &text::Event| {
        // By its variant, as a rule: the enum, which knows the stored names, is another item.
        let reads =
            |upcaster: &&'a Upcaster<'a>| upcaster.event.text == locked.name && upcaster.from.number == locked.version;
        item.upcasters.iter().find(reads).map_or_else(Vec::new, |upcaster| upcaster_fits(upcaster, locked))
    };
    locked.flat_map(fits).collect()
}

fn all<'a>(ctxt: &Ctxt, lock: &CrateLock, released: &Released<'a>) -> Vec<Obligation<'a>> {
    let mut obligations = Vec::new();
    let mut reported: Vec<&str> = Vec::new();
    let mut held: Vec<&text::Event> = Vec::new();
    for aggregate in lock.of_enum(&released.enum_ident.unraw().to_string()) {
        for locked in &aggregate.events {
            // The instances of a generic aggregate have the same events.
            if held.iter().any(|other| other.is_same_version(locked)) {
                continue;
            }
            held.push(locked);
            if let Some(event) = released.events.iter().find(|event| event.is_stored_as(&locked.name)) {
                obligations.extend(event_is_readable(ctxt, released, event, locked));
            } else if let Some(retired) = released.retired.iter().find(|name| name.text == locked.name) {
                obligations.extend(retired_is_readable(ctxt, released, retired, locked));
            } else if !reported.contains(&&*locked.name) {
                reported.push(&locked.name);
                event_is_gone(ctxt, released, &locked.name);
            }
        }
    }
    obligations
}

impl text::Event {
    fn is_same_version(&self, other: &Self) -> bool {
        (&self.name, self.version, &self.fields) == (&other.name, other.version, &other.fields)
    }
}

/// A released version is the current one, or has an upcaster.
fn event_is_readable<'a>(
    ctxt: &Ctxt,
    released: &Released<'a>,
    event: &'a Event,
    locked: &text::Event,
) -> Vec<Obligation<'a>> {
    let (variant, version) = (&event.variant, event.schema_version());
    if locked.version > version {
        let span = event.version.map_or(event.variant.span(), |version| version.span);
        let message = format!(
            "version {} of event `{variant}` was released (events.lock): write `version = {}`, or a later one",
            locked.version, locked.version,
        );
        ctxt.error_at(span, message);
        return Vec::new();
    }
    if locked.version < version {
        let reads = |upcaster: &&&'a Upcaster<'a>| {
            event.is_called(&upcaster.event.text) && upcaster.from.number == locked.version
        };
        return released.upcasters.iter().find(reads).map_or_else(Vec::new, |upcaster| upcaster_fits(upcaster, locked));
    }
    let what = format!("of event `{variant}`");
    let otherwise = format!(
        "raise the version: `#[event({}version = {})]`, with `#[upcast({variant}, from = {version})] fn \
         {}_v{version}({}) -> {}`",
        if released.is_users { String::new() } else { format!("{variant}, ") },
        version.saturating_add(1),
        case::of_variant(Some(CaseRule::Snake), &variant.unraw().to_string()),
        locked.fields.iter().map(|field| format!("{}: ..", field.name)).collect::<Vec<_>>().join(", "),
        released.enum_ident,
    );
    let now: Vec<_> = event.fields.iter().filter(|field| !field.serde.is_skipped()).map(CurrentField::from).collect();
    fields_are_readable(ctxt, &locked.fields, &now, variant.span(), &what, &otherwise)
}

/// The arguments of an upcaster are fields that there were.
fn upcaster_fits<'a>(upcaster: &'a Upcaster<'a>, locked: &text::Event) -> Vec<Obligation<'a>> {
    let mut obligations = Vec::new();
    for field in upcaster.fields.iter().filter(|field| !field.serde.is_skipped()) {
        let now = CurrentField::from(field);
        let mut oblige = |must, help: &str| {
            let what = format!("field `{}` of version {} of event `{}`", now.name, locked.version, locked.name);
            obligations.push(Obligation { of: now.held, must, span: now.type_span, what, help: help.to_owned() });
        };
        let optional = "write `#[serde(default)]` on it, or make it an `Option`";
        let Some(was) = locked.fields.iter().find(|was| now.reads(&was.name)) else {
            if !now.defaulted {
                oblige(Must::BeOptional("was not in that version (events.lock)".to_owned()), optional);
            }
            continue;
        };
        oblige(Must::BeStoredAs(was.ty.clone()), "an upcaster reads what was stored then");
        if was.defaulted && !now.defaulted {
            oblige(Must::BeOptional("had a default then (events.lock), and may be missing".to_owned()), optional);
        }
    }
    obligations
}

/// All versions of a retired event are skipped, or each has an upcaster.
fn retired_is_readable<'a>(
    ctxt: &Ctxt,
    released: &Released<'a>,
    retired: &EventName,
    locked: &text::Event,
) -> Vec<Obligation<'a>> {
    let upcasters: Vec<_> = released.upcasters.iter().filter(|upcaster| upcaster.event.text == retired.text).collect();
    match upcasters.iter().find(|upcaster| upcaster.from.number == locked.version) {
        Some(upcaster) => upcaster_fits(upcaster, locked),
        None if upcasters.is_empty() => Vec::new(),
        None => {
            let (text, version) = (&retired.text, locked.version);
            let message = format!(
                "version {version} of `{text}` was released (events.lock), and nothing reads it: write `#[upcast({text}, from = \
                 {version})]`"
            );
            ctxt.error_at(retired.span, message);
            Vec::new()
        }
    }
}

fn event_is_gone(ctxt: &Ctxt, released: &Released<'_>, name: &str) {
    if let Some(event) = released.events.iter().find(|event| event.variant.unraw() == name) {
        let (now, variant) = (&event.name.text, &event.variant);
        let message = format!(
            "event `{variant}` was released under the stored name `{name}` (events.lock) and is stored as `{now}` now: write `alias = \
             \"{name}\"`"
        );
        ctxt.error_at(event.name.span, message);
        return;
    }
    let written = if syn::parse_str::<Ident>(name).is_ok() { name.to_owned() } else { format!("{name:?}") };
    let message = format!(
        "event `{name}` was released (events.lock) and is gone: if it has another name now, write `alias = {name:?}` there; if it is no \
         longer needed, `retired({written})` beside the others, with an upcaster where other events stand for it"
    );
    ctxt.error_at(released.span, message);
}
