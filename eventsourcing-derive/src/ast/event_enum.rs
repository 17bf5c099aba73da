//! A user's own enum under `#[event]`.

use syn::{Attribute, Fields, ItemEnum};

use crate::args::{EventArgs, EventsArgs, SerdeArgs, is_derived, serde_keys};
use crate::ast::field::Field;
use crate::ast::{Event, stored, without_mark};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::{EventName, SchemaVersion, StoredName};

pub(crate) struct EventEnum<'a> {
    pub(crate) original: &'a ItemEnum,
    pub(crate) krate: CratePath,
    pub(crate) events: Vec<Event>,
    /// The stored names of events that are no longer there.
    pub(crate) retired: Vec<EventName>,
}

impl<'a> EventEnum<'a> {
    pub(crate) fn from_enum(ctxt: &Ctxt, args: EventsArgs, original: &'a ItemEnum) -> Self {
        if original.variants.is_empty() {
            ctxt.error(&original.ident, "an event enum has at least one event");
        }
        for word in serde_keys(&original.attrs) {
            if word == "rename_all" {
                ctxt.error(
                    &word,
                    "the stored names of events are not serde's to give: write `#[event(rename_all = \"..\")]`",
                );
            }
            if ["content", "from", "into", "tag", "transparent", "try_from", "untagged"]
                .iter()
                .any(|known| word == known)
            {
                ctxt.error(&word, format_args!("an event is stored as its name and its fields: leave `{word}` out"));
            }
        }
        if let Some(ident) = &args.enum_ident {
            ctxt.error(ident, "the enum is yours: give it the name that it is to have");
        }
        if let Some(derive) = args.derives.first() {
            ctxt.error(derive, "the enum is yours: write `#[derive(..)]` on it");
        }
        let serde = SerdeArgs::from_attributes(&original.attrs);
        stored::check_rule(ctxt, &serde);
        let rename_all = args.rename_all;
        let events = original.variants.iter().map(|variant| {
            check_serde(ctxt, &variant.attrs);
            let args = EventArgs::from_variant(ctxt, &variant.attrs);
            let fields = match &variant.fields {
                Fields::Named(fields) => {
                    let own = SerdeArgs::from_attributes(&variant.attrs);
                    stored::check_rule(ctxt, &own);
                    let rule = own.rename_all.or(serde.rename_all_fields);
                    fields.named.iter().filter_map(|field| Field::from_variant(ctxt, field, rule)).collect()
                }
                Fields::Unit => Vec::new(),
                Fields::Unnamed(fields) => {
                    ctxt.error(
                        fields,
                        "a payload is an object of named fields: write `{ name: Type }`, so that others can be added",
                    );
                    Vec::new()
                }
            };
            Event {
                name: StoredName::renamed(ctxt, args.name.as_ref(), &variant.ident, rename_all),
                aliases: args.aliases.iter().map(|alias| StoredName::written(ctxt, alias)).collect(),
                version: args.version.as_ref().map(|version| SchemaVersion::written(ctxt, version)),
                discard: args.discard,
                revives: args.revives,
                attributes: without_mark(&variant.attrs),
                fields,
                variant: variant.ident.clone(),
            }
        });
        let events = events.collect();
        Self { original, krate: args.krate, events, retired: args.retired }
    }

    /// Whether the user derives this trait already.
    pub(crate) fn derives(&self, name: &str) -> bool {
        is_derived(&self.original.attrs, name)
    }
}

/// The name of an event is ours to tell serde.
fn check_serde(ctxt: &Ctxt, attributes: &[Attribute]) {
    for word in serde_keys(attributes) {
        match &*word.to_string() {
            "rename" => ctxt.error(word, "write the stored name as `#[event(name = \"..\")]`"),
            "alias" => ctxt.error(word, "write the old name as `#[event(alias = \"..\")]`"),
            "other" | "skip" | "skip_serializing" | "skip_deserializing" | "untagged" => {
                ctxt.error(&word, format_args!("an event is stored, and found by its name: leave `{word}` out"));
            }
            _ => {}
        }
    }
}
