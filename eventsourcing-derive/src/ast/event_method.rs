//! A method with `#[event]`.

use quote::ToTokens as _;
use syn::{Attribute, FnArg, ReturnType, Signature};

use crate::args::EventArgs;
use crate::ast::block_context::BlockContext;
use crate::ast::field::Field;
use crate::ast::function::Function;
use crate::ast::self_type::SelfType;
use crate::ast::signature::{check_arguments, check_qualifiers, is_mut_self};
use crate::ast::{Event, without_mark};
use crate::ctxt::Ctxt;
use crate::names::{SchemaVersion, StoredName};
use crate::spelled::is_unit;

pub(crate) struct EventMethod<'a> {
    pub(crate) original: &'a Function,
    pub(crate) event: Event,
    pub(crate) creates: bool,
    /// Whether something is said of the event beside its name.
    pub(crate) has_options: bool,
}

impl<'a> EventMethod<'a> {
    /// `None` if no event can be made of it.
    pub(super) fn new(ctxt: &Ctxt, of: &BlockContext<'_>, mark: &Attribute, original: &'a Function) -> Option<Self> {
        let args = EventArgs::from_method(ctxt, mark);
        let signature = &original.sig;
        check_qualifiers(ctxt, signature, "an event", "it is applied again whenever the history is read");
        check_arguments(ctxt, signature);
        if let Some(asyncness) = &signature.asyncness {
            ctxt.error(asyncness, "an event cannot be `async`: await in a command, then record");
        }
        check_output(ctxt, of.aggregate, signature);
        if args.revives && signature.receiver().is_some() {
            ctxt.error(
                &signature.ident,
                "only an event that creates the aggregate can have `revives`: it starts a stream again",
            );
        }
        check_generics(ctxt, signature)?;
        let fields = signature.inputs.iter().filter_map(|argument| match argument {
            FnArg::Receiver(_) => None,
            FnArg::Typed(argument) => Field::from_argument(ctxt, argument),
        });
        let fields = fields.collect();
        let has_options = args.has_options();
        let variant = args.variant?;
        let event = Event {
            name: StoredName::renamed(ctxt, args.name.as_ref(), &variant, of.rename_all),
            aliases: args.aliases.iter().map(|alias| StoredName::written(ctxt, alias)).collect(),
            version: args.version.as_ref().map(|version| SchemaVersion::written(ctxt, version)),
            discard: args.discard,
            revives: args.revives,
            attributes: without_mark(&original.attrs),
            fields,
            variant,
        };
        Some(Self { original, event, creates: signature.receiver().is_none(), has_options })
    }

    /// Whether the other records the same event, of which one of the two creates the aggregate.
    pub(crate) fn is_counterpart_of(&self, other: &Self) -> bool {
        let cfgs = |method: &Self| method.event.cfgs().map(|cfg| cfg.to_token_stream().to_string()).collect::<Vec<_>>();
        self.creates != other.creates && self.event.variant == other.event.variant && cfgs(self) == cfgs(other)
    }
}

fn check_generics(ctxt: &Ctxt, signature: &Signature) -> Option<()> {
    if !signature.generics.params.is_empty() {
        ctxt.error(
            &signature.generics,
            "an event cannot be generic: its fields are stored, so write their types, or make the aggregate generic",
        );
        return None;
    }
    if let Some(clause) = signature.generics.where_clause.as_ref().filter(|clause| !clause.predicates.is_empty()) {
        ctxt.error(clause, "an event has no bounds of its own: write them on the `impl` block");
    }
    Some(())
}

/// An event changes the aggregate or makes it, and nothing else.
fn check_output(ctxt: &Ctxt, aggregate: &SelfType, signature: &Signature) {
    let returned = match &signature.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(&**ty).filter(|ty| !is_unit(ty)),
    };
    match (signature.receiver(), returned) {
        (Some(receiver), _) if !is_mut_self(receiver, aggregate) => {
            ctxt.error(receiver, "an event takes `&mut self`, or no `self` and returns `Self`");
        }
        (Some(_), None) => {}
        (Some(_), Some(ty)) => ctxt.error(
            ty,
            "an event cannot fail or return anything: it has happened; decide in a command (a method without \
             `#[event]`), which then calls the event",
        ),
        (None, Some(ty)) if aggregate.is(ty) => {}
        (None, Some(ty)) => ctxt.error(
            ty,
            "a creating event returns `Self` and cannot fail; decide in a function without `#[event]`, which then \
             calls the event",
        ),
        (None, None) => {
            ctxt.error(&signature.ident, "an event takes `&mut self`, or no `self` and returns `Self`");
        }
    }
}
