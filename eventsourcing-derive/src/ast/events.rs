//! An `impl` block under `#[events]`.

use std::collections::HashSet;

use quote::ToTokens as _;
use syn::{Generics, Ident, ItemImpl};

use crate::args::EventsArgs;
use crate::ast::command::Command;
use crate::ast::event_method::EventMethod;
use crate::ast::part::Part;
use crate::ast::self_type::SelfType;
use crate::ast::upcaster::Upcaster;
use crate::ast::words;
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::{self, EventName};

pub(crate) struct Events<'a> {
    pub(crate) original: &'a ItemImpl,
    pub(crate) krate: CratePath,
    pub(crate) aggregate: SelfType,
    pub(crate) enum_ident: Ident,
    /// The stored names of events that are no longer there.
    pub(crate) retired: Vec<EventName>,
    /// In the order in which they are written.
    pub(crate) parts: Vec<Part<'a>>,
}

impl<'a> Events<'a> {
    pub(crate) fn from_impl(ctxt: &Ctxt, args: EventsArgs, original: &'a ItemImpl) -> Option<Self> {
        if let Some((path, _)) = &original.trait_ {
            ctxt.error(path, "`#[events]` goes on the type's own `impl` block, not on that of a trait");
            return None;
        }
        let aggregate = SelfType::new(ctxt, &original.self_ty)?;
        check_generics(ctxt, &original.generics);
        let parts = original.items.iter().filter_map(|item| Part::new(ctxt, &aggregate, item)).collect();
        let enum_ident = names::event_enum(&aggregate.ident);
        Some(Self { original, krate: args.krate, aggregate, enum_ident, retired: args.retired, parts })
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = &EventMethod<'a>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Event(event) => Some(event),
            Part::Command(_) | Part::Upcaster(_) | Part::Plain(_) => None,
        })
    }

    pub(crate) fn commands(&self) -> impl Iterator<Item = &Command<'a>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Command(command) => Some(command),
            Part::Event(_) | Part::Upcaster(_) | Part::Plain(_) => None,
        })
    }

    pub(crate) fn upcasters(&self) -> impl Iterator<Item = &Upcaster<'a>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Upcaster(upcaster) => Some(upcaster),
            Part::Event(_) | Part::Command(_) | Part::Plain(_) => None,
        })
    }

    /// The type parameters that stand in no event.
    pub(crate) fn generics_that_no_event_uses(&self) -> Vec<&Ident> {
        let fields = self.events().flat_map(|method| &method.event.fields);
        let used: HashSet<String> = fields.flat_map(|field| words(field.ty.to_token_stream())).collect();
        self.original
            .generics
            .type_params()
            .map(|param| &param.ident)
            .filter(|ident| !used.contains(&ident.to_string()))
            .collect()
    }

    /// Whether there are parts that could not be read, so that nothing can be said of what is missing.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.parts.len() < self.original.items.len()
    }
}

fn check_generics(ctxt: &Ctxt, generics: &Generics) {
    for lifetime in generics.lifetimes() {
        ctxt.error(lifetime, "an aggregate owns what it holds: write it without lifetimes");
    }
}
