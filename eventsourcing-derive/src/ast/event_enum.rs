//! A user's own enum under `#[event]`.

use syn::{Attribute, Fields, ItemEnum};

use crate::args::{EventArgs, ItemArgs};
use crate::ast::method::without_mark;
use crate::ast::{Event, Field};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::StoredName;

pub(crate) struct EventEnum<'a> {
    pub(crate) original: &'a ItemEnum,
    pub(crate) krate: CratePath,
    pub(crate) events: Vec<Event>,
}

impl<'a> EventEnum<'a> {
    pub(crate) fn from_enum(ctxt: &Ctxt, args: ItemArgs, original: &'a ItemEnum) -> Self {
        if original.variants.is_empty() {
            ctxt.error(&original.ident, "an event enum has at least one event");
        }
        let events = original.variants.iter().map(|variant| {
            let args = EventArgs::from_variant(ctxt, &variant.attrs);
            let fields = match &variant.fields {
                Fields::Named(fields) => fields.named.iter().filter_map(field).collect(),
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
                name: StoredName::new(ctxt, args.name.as_ref(), &variant.ident),
                aliases: args.aliases.iter().map(|alias| StoredName::written(ctxt, alias)).collect(),
                discard: args.discard,
                attributes: without_mark(&variant.attrs),
                fields,
                variant: variant.ident.clone(),
            }
        });
        let events = events.collect();
        Self { original, krate: args.krate, events }
    }

    /// Whether the user derives this trait already.
    pub(crate) fn derives(&self, name: &str) -> bool {
        let derives = |attribute: &Attribute| {
            let mut found = false;
            // What cannot be read here is rustc's to refuse.
            let _unreadable = attribute.parse_nested_meta(|meta| {
                found |= meta.path.segments.last().is_some_and(|segment| segment.ident == name);
                Ok(())
            });
            found
        };
        self.original.attrs.iter().filter(|attribute| attribute.path().is_ident("derive")).any(derives)
    }
}

fn field(field: &syn::Field) -> Option<Field> {
    Some(Field {
        ident: field.ident.clone()?,
        mutability: None,
        attributes: field.attrs.clone(),
        ty: field.ty.clone(),
        lent: None,
    })
}
