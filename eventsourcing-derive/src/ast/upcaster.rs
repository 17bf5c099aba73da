//! A function with `#[upcast]`: what reads an event that an older release stored.

use quote::format_ident;
use syn::{Attribute, FnArg, Ident, ImplItemFn, ReturnType, Type};

use crate::args::UpcastArgs;
use crate::ast::field::Field;
use crate::ast::signature::{check_arguments, check_is_safe_rust};
use crate::ast::{Event, cfgs};
use crate::ctxt::Ctxt;
use crate::names::{EventName, SchemaVersion};

pub(crate) struct Upcaster<'a> {
    pub(crate) original: &'a ImplItemFn,
    pub(crate) mark: &'a Attribute,
    pub(crate) event: EventName,
    pub(crate) from: SchemaVersion,
    /// The event's fields at that version.
    pub(crate) fields: Vec<Field>,
    pub(crate) output: &'a Type,
}

/// What an upcaster reads.
pub(crate) enum Target<'a> {
    Event(&'a Event),
    /// The stored name of an event that is no longer there.
    Retired(&'a EventName),
}

impl<'a> Upcaster<'a> {
    /// `None` if nothing can be made of it.
    pub(super) fn new(ctxt: &Ctxt, mark: &'a Attribute, original: &'a ImplItemFn) -> Option<Self> {
        let args = UpcastArgs::from_function(ctxt, mark);
        let signature = &original.sig;
        check_is_safe_rust(
            ctxt,
            signature,
            "an upcaster",
            "it is called by generated code whenever an old event is read",
        );
        check_arguments(ctxt, signature);
        if let Some(asyncness) = &signature.asyncness {
            ctxt.error(asyncness, "an upcaster cannot be `async`: it depends on nothing but the old fields");
        }
        if let Some(receiver) = signature.receiver() {
            ctxt.error(receiver, "an upcaster has no `self`: its arguments are the old fields");
            return None;
        }
        if !signature.generics.params.is_empty() {
            ctxt.error(&signature.generics, "an upcaster cannot be generic: its arguments are the old fields");
            return None;
        }
        let ReturnType::Type(_, output) = &signature.output else {
            ctxt.error(
                &signature.ident,
                "an upcaster returns what the old event is today: `-> ..Event`, or several, or none",
            );
            return None;
        };
        let fields = signature.inputs.iter().filter_map(|argument| match argument {
            FnArg::Receiver(_) => None,
            FnArg::Typed(argument) => Field::from_argument(ctxt, argument),
        });
        let fields = fields.collect();
        let (event, from) = (args.event?, SchemaVersion::written(ctxt, &args.from?));
        Some(Self { original, mark, event, from, fields, output })
    }

    pub(crate) fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        cfgs(&self.original.attrs)
    }

    /// What it reads, of these.
    pub(crate) fn target<'t>(&self, events: &[&'t Event], retired: &'t [EventName]) -> Option<Target<'t>> {
        let event = events.iter().find(|event| event.is_called(&self.event.text)).map(|event| Target::Event(event));
        event.or_else(|| retired.iter().find(|name| name.text == self.event.text).map(Target::Retired))
    }

    /// A name for the struct of its fields, which stands beside the user's own items.
    pub(crate) fn fields_ident(&self) -> Ident {
        format_ident!("__FieldsOf_{}", self.original.sig.ident)
    }
}
