//! A method under `#[events]`: an event, a command, or neither.

use quote::ToTokens;
use syn::{
    Attribute, FnArg, ImplItem, ImplItemFn, Lifetime, Receiver, ReceiverKind, ReturnType, Safety, Signature, Type,
};

use crate::args::is_event_mark;
use crate::ast::event_method::EventMethod;
use crate::ast::field::elided_borrow;
use crate::ast::self_type::{SelfType, is_self};
use crate::ast::{cfgs, ungrouped};
use crate::ctxt::Ctxt;

/// What a part of the `impl` block is.
pub(crate) enum Part<'a> {
    Event(EventMethod<'a>),
    Command(Command<'a>),
    /// Anything else; it stays as it is.
    Plain(&'a ImplItem),
}

/// A method without `#[event]` that takes `&mut self`.
pub(crate) struct Command<'a> {
    pub(crate) original: &'a ImplItemFn,
}

impl<'a> Part<'a> {
    pub(crate) fn new(ctxt: &Ctxt, aggregate: &SelfType, item: &'a ImplItem) -> Option<Self> {
        let ImplItem::Fn(function) = item else { return Some(Self::Plain(item)) };
        let marks: Vec<_> = function.attrs.iter().filter(|attribute| is_event_mark(attribute)).collect();
        if let [mark, others @ ..] = &*marks {
            for other in others {
                ctxt.error(other, "a method is one event: leave one `#[event(..)]`");
            }
            return EventMethod::new(ctxt, aggregate, mark, function).map(Self::Event);
        }
        if function.sig.receiver().is_some_and(is_mut_self) {
            Some(Self::Command(Command::new(ctxt, function)))
        } else {
            Some(Self::Plain(item))
        }
    }
}

impl<'a> Command<'a> {
    fn new(ctxt: &Ctxt, original: &'a ImplItemFn) -> Self {
        let signature = &original.sig;
        check_qualifiers(ctxt, signature, "a command", "it runs on a generated type that can only read the state");
        check_arguments(ctxt, signature);
        if let Some(lifetime) = signature.receiver().and_then(lifetime) {
            ctxt.error(lifetime, "a command cannot lend out the aggregate: write `&mut self`");
        } else if let ReturnType::Type(_, ty) = &signature.output {
            check_returned(ctxt, ty);
        }
        Self { original }
    }
}

/// What a command returns cannot borrow, because the generated type that it borrows from is gone by then.
fn check_returned(ctxt: &Ctxt, ty: &Type) {
    if let Some(borrow) = elided_borrow(ty.to_token_stream()) {
        ctxt.error(
            borrow,
            "a command cannot return a borrow of the aggregate: return an owned value, or read it by a method that takes \
             `&self`",
        );
    }
    if let Type::ImplTrait(ty) = ungrouped(ty)
        && !ty.bounds.iter().any(|bound| matches!(bound, syn::TypeParamBound::PreciseCapture(_)))
    {
        ctxt.error(
            ty,
            "`impl` borrows the aggregate here, and a command cannot return a borrow: write the type, or add `+ use<>` if \
             it borrows nothing",
        );
    }
}

pub(super) fn check_qualifiers(ctxt: &Ctxt, signature: &Signature, what: &str, why: &str) {
    let refuse = |token: &dyn ToTokens, word: &str| {
        ctxt.error(token.to_token_stream(), format_args!("{what} cannot be `{word}`: {why}"));
    };
    if let Some(token) = &signature.constness {
        refuse(token, "const");
    }
    if let Safety::Unsafe(token) = &signature.safety {
        refuse(token, "unsafe");
    }
    if let Some(token) = &signature.abi {
        refuse(token, "extern");
    }
}

/// Arguments are passed on, and an argument of a call cannot stand under a `#[cfg]`.
pub(super) fn check_arguments(ctxt: &Ctxt, signature: &Signature) {
    for argument in &signature.inputs {
        let (FnArg::Receiver(Receiver { attrs, .. }) | FnArg::Typed(syn::PatType { attrs, .. })) = argument;
        for cfg in cfgs(attrs) {
            ctxt.error(cfg, "an argument is there always: write two methods, each under its own `#[cfg]`");
        }
    }
}

/// Whether it is `&mut self`, however it is written.
pub(super) fn is_mut_self(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
        ReceiverKind::Typed(_, ty) => {
            matches!(&**ty, Type::Reference(reference) if reference.mutability.is_some() && is_self(&reference.elem))
        }
        _ => false,
    }
}

fn lifetime(receiver: &Receiver) -> Option<&Lifetime> {
    match &receiver.kind {
        ReceiverKind::Reference(_, lifetime, _) => lifetime.as_ref(),
        ReceiverKind::Typed(_, ty) => match &**ty {
            Type::Reference(reference) => reference.lifetime.as_ref(),
            _ => None,
        },
        _ => None,
    }
}

pub(crate) fn without_mark(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| !is_event_mark(attribute)).cloned().collect()
}
