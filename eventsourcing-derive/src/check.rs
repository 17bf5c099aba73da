//! Rules about an item as a whole: one function for each, under the rule in prose.

mod changes;
mod counterparts;
mod event_bodies;
mod handled;
pub(crate) mod history;
mod interior;
mod names;
mod processes;
mod projections;
mod recording;
mod unique;
mod versions;
mod views;

pub(crate) use self::event_bodies::CRATES_OF_CHANCE;
use std::collections::HashSet;

pub(crate) use self::processes::process;
pub(crate) use self::projections::projection;
pub(crate) use self::versions::upcasts;
pub(crate) use self::views::view;
use crate::ast::aggregate::Aggregate;
use crate::ast::event_enum::EventEnum;
use crate::ast::events::Events;
use crate::ctxt::Ctxt;
use crate::scope::Neighbours;

pub(crate) fn events(ctxt: &Ctxt, events: &Events<'_>, neighbours: Neighbours, chance: &HashSet<String>) {
    names::the_enum_stands_once(ctxt, events, neighbours);
    names::each_method_stands_once(ctxt, events);
    let all: Vec<_> = events.distinct_events().collect();
    names::each_variant_stands_once(ctxt, &all);
    names::each_stored_name_stands_once(ctxt, &all);
    if !neighbours.has_block_above && !neighbours.has_block_below {
        some_event_creates(ctxt, events);
    }
    counterparts::agree(ctxt, events);
    recording::no_event_records_another(ctxt, events);
    changes::by_events_alone(ctxt, events);
    event_bodies::check(ctxt, events, chance);
    names::each_derive_is_new(ctxt, &events.derives);
    versions::events(ctxt, events);
}

pub(crate) fn aggregate(ctxt: &Ctxt, item: &Aggregate<'_>) {
    interior::aggregate(ctxt, item);
    unique::each_field_has_a_name_of_its_own(ctxt, item);
}

pub(crate) fn event_enum(ctxt: &Ctxt, item: &EventEnum<'_>) {
    names::each_stored_name_stands_once(ctxt, &item.events.iter().collect::<Vec<_>>());
    versions::event_enum(ctxt, item);
}

/// An aggregate begins with an event, so one of them must create it.
fn some_event_creates(ctxt: &Ctxt, events: &Events<'_>) {
    if !events.is_incomplete() && !events.events().any(|method| method.creates) {
        ctxt.error(
            &events.original.self_ty,
            "no event creates this aggregate: write one that returns `Self`, such as `#[event(Created)] fn create() -> Self`; \
             all events of an aggregate stand in one `#[events]` block",
        );
    }
}
