//! A function with `#[upcast]`: what reads an event that an older release stored.

use quote::format_ident;
use syn::{Attribute, FnArg, Ident, ReturnType, Type};

use crate::args::{UpcastArgs, is_recorded};
use crate::ast::field::Field;
use crate::ast::function::Function;
use crate::ast::signature::{check_arguments, check_is_safe_rust};
use crate::ast::{Event, cfgs};
use crate::ctxt::Ctxt;
use crate::names::{EventName, SchemaVersion};
use crate::spelled::{is_called, ungrouped};

pub(crate) struct Upcaster<'a> {
    pub(crate) original: &'a Function,
    pub(crate) mark: &'a Attribute,
    pub(crate) event: EventName,
    pub(crate) from: SchemaVersion,
    /// The event's fields at that version.
    pub(crate) fields: Vec<Field>,
    /// The argument that takes what was recorded beside them: its place among the arguments, and its type.
    pub(crate) recorded: Option<(usize, &'a Type)>,
    pub(crate) output: Box<Type>,
}

/// Whether a type reads `&Recorded<..>`: a guess, good enough to say what is missing.
fn is_spelled_recorded(ty: &Type) -> bool {
    matches!(ungrouped(ty), Type::Reference(reference) if is_called(&reference.elem, "Recorded"))
}

/// What an upcaster reads.
pub(crate) enum Target<'a> {
    Event(&'a Event),
    /// The stored name of an event that is no longer there.
    Retired(&'a EventName),
}

impl<'a> Upcaster<'a> {
    /// `None` if nothing can be made of it.
    pub(super) fn new(ctxt: &Ctxt, mark: &'a Attribute, original: &'a Function) -> Option<Self> {
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
            ctxt.error(asyncness, "an upcaster cannot be `async`: it depends on nothing but what is stored");
        }
        if let Some(receiver) = signature.receiver() {
            ctxt.error(receiver, "an upcaster has no `self`: its arguments are the old fields");
        }
        if !signature.generics.params.is_empty() {
            ctxt.error(&signature.generics, "an upcaster cannot be generic: its arguments are the old fields");
        }
        let output = match &signature.output {
            ReturnType::Type(_, output) => output.clone(),
            ReturnType::Default => {
                let message = "an upcaster returns what the old event is today: `-> ..Event`, or several, or none";
                ctxt.error(&signature.ident, message);
                Box::new(syn::parse_quote!(()))
            }
        };
        let (mut fields, mut recorded) = (Vec::new(), None);
        for (at, argument) in signature.inputs.iter().enumerate() {
            let FnArg::Typed(argument) = argument else { continue };
            if is_recorded(ctxt, &argument.attrs) {
                if recorded.is_some() {
                    ctxt.error(&argument.pat, "what was recorded is given once: leave one `#[upcast(recorded)]`");
                }
                recorded = Some((at, &*argument.ty));
            } else if is_spelled_recorded(&argument.ty) {
                let message = "what was recorded beside the old fields is none of them: mark the argument, `#[upcast(recorded)] recorded: \
                               &Recorded<()>`";
                ctxt.error(&argument.ty, message);
            } else {
                fields.extend(Field::from_argument(ctxt, argument));
            }
        }
        let (event, from) = (args.event?, SchemaVersion::written(ctxt, &args.from?));
        Some(Self { original, mark, event, from, fields, recorded, output })
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
