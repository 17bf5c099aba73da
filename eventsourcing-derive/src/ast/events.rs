//! An `impl` block under `#[events]`.

use std::collections::HashSet;

use quote::ToTokens as _;
use syn::{Generics, Ident, Path, ReturnType};

use crate::args::{EventsArgs, is_mark};
use crate::ast::block_context::BlockContext;
use crate::ast::command::Command;
use crate::ast::event_method::EventMethod;
use crate::ast::impl_block::{BlockItem, ImplBlock};
use crate::ast::part::Part;
use crate::ast::process::APART;
use crate::ast::self_type::SelfType;
use crate::ast::upcaster::Upcaster;
use crate::ast::{Event, cfgs};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::case::CaseRule;
use crate::names::{self, EventName};
use crate::tokens::words;

/// What every enum of events is, if all of its fields are.
pub(crate) const GIVEN: [&str; 6] = ["Clone", "Debug", "Deserialize", "Eq", "PartialEq", "Serialize"];

pub(crate) struct Events<'a> {
    pub(crate) original: &'a ImplBlock,
    pub(crate) krate: CratePath,
    pub(crate) aggregate: SelfType,
    pub(crate) enum_ident: Ident,
    /// The stored names of events that are no longer there.
    pub(crate) retired: Vec<EventName>,
    /// What the enum is to derive beside what it has anyway.
    pub(crate) derives: Vec<Path>,
    /// In the order in which they are written.
    pub(crate) parts: Vec<Part<'a>>,
}

impl<'a> Events<'a> {
    pub(crate) fn from_impl(ctxt: &Ctxt, args: EventsArgs, original: &'a ImplBlock) -> Option<Self> {
        if let Some((path, _)) = &original.trait_ {
            ctxt.error(path, "`#[events]` goes on the type's own `impl` block, not on that of a trait");
            return None;
        }
        let aggregate = SelfType::new(ctxt, &original.self_ty, "#[events]")?;
        if let Some(process) = original.attrs.iter().find(|attribute| is_mark(attribute, "process")) {
            ctxt.error(process, APART);
        }
        check_generics(ctxt, &original.generics);
        let block = BlockContext { aggregate: &aggregate, rename_all: args.rename_all };
        let parts = original.items.iter().filter_map(|item| Part::new(ctxt, &block, item)).collect();
        let EventsArgs { krate, enum_ident, retired, derives, rename_all } = args;
        let enum_ident = enum_ident.unwrap_or_else(|| names::event_enum(&aggregate.ident));
        let mut events = Self { original, krate, aggregate, enum_ident, retired, derives, parts };
        events.rename_upcasters(rename_all);
        Some(events)
    }

    /// An upcaster of an event that is no longer there names what would be its variant.
    fn rename_upcasters(&mut self, rule: Option<CaseRule>) {
        let of_events = |name: &str| self.events().any(|method| method.event.is_called(name));
        let is_of_event: Vec<_> = self.upcasters().map(|upcaster| of_events(&upcaster.event.text)).collect();
        let upcasters = self.parts.iter_mut().filter_map(|part| match part {
            Part::Upcaster(upcaster) => Some(upcaster),
            Part::Event(_) | Part::Command(_) | Part::Plain(_) => None,
        });
        for (upcaster, _) in upcasters.zip(is_of_event).filter(|(_, is_of_event)| !is_of_event) {
            upcaster.event.follow(rule);
        }
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = &EventMethod<'a>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Event(event) => Some(event),
            Part::Command(_) | Part::Upcaster(_) | Part::Plain(_) => None,
        })
    }

    /// Each event once: of two methods that record the same one, that which creates the aggregate.
    pub(crate) fn distinct_events(&self) -> impl Iterator<Item = &Event> {
        self.events().filter(|method| !self.is_second(method)).map(|method| &method.event)
    }

    /// The method that creates the aggregate by the event of this one, or that changes it by that.
    pub(crate) fn counterpart(&self, method: &EventMethod<'a>) -> Option<&EventMethod<'a>> {
        self.events().find(|other| other.is_counterpart_of(method))
    }

    /// Whether it changes the aggregate by an event that another method creates it by.
    pub(crate) fn is_second(&self, method: &EventMethod<'a>) -> bool {
        let changing = |creating: &EventMethod<'a>| self.counterpart(creating);
        !method.creates && self.counterpart(method).and_then(changing).is_some_and(|first| std::ptr::eq(first, method))
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

    /// The methods whose name another has before them. (Of two under a `#[cfg]`, only one may be there.)
    pub(crate) fn repeated_methods(&self) -> Vec<&'a Ident> {
        let mut seen = HashSet::new();
        let functions = self.original.items.iter().filter_map(|item| match item {
            BlockItem::Fn(function) if cfgs(&function.attrs).next().is_none() => Some(&function.sig.ident),
            _ => None,
        });
        functions.filter(|ident| !seen.insert(*ident)).collect()
    }

    /// The creating events that lack `-> Self`.
    pub(crate) fn without_output(&self) -> Vec<&'a Ident> {
        let signatures = self.events().filter(|method| method.creates).map(|method| &method.original.sig);
        let lacking = signatures.filter(|sig| matches!(sig.output, ReturnType::Default) && sig.asyncness.is_none());
        lacking.map(|sig| &sig.ident).collect()
    }

    /// Whether there are parts that could not be read, so that nothing can be said of what is missing.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.parts.len() < self.original.items.len() || self.original.has_unread()
    }
}

fn check_generics(ctxt: &Ctxt, generics: &Generics) {
    for lifetime in generics.lifetimes() {
        ctxt.error(lifetime, "an aggregate owns what it holds: write it without lifetimes");
    }
}
