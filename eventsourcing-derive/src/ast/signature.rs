//! What holds of every signature under our attributes.

use quote::ToTokens;
use syn::{FnArg, Lifetime, Receiver, ReceiverKind, ReturnType, Safety, Signature, Type, TypePath};

use crate::ast::cfgs;
use crate::ast::self_type::SelfType;
use crate::ctxt::Ctxt;
use crate::spelled::{is_unit, ungrouped};

pub(super) fn check_qualifiers(ctxt: &Ctxt, signature: &Signature, what: &str, why: &str) {
    if let Some(token) = &signature.constness {
        ctxt.error(token, format_args!("{what} cannot be `const`: {why}"));
    }
    check_is_safe_rust(ctxt, signature, what, why);
}

/// What generated code calls has types that are known.
pub(super) fn check_is_not_generic(ctxt: &Ctxt, signature: &Signature, message: &str) {
    let parameters = signature.generics.type_params().map(ToTokens::to_token_stream);
    for parameter in parameters.chain(signature.generics.const_params().map(ToTokens::to_token_stream)) {
        ctxt.error(parameter, message);
    }
}

/// What generated code can call.
pub(super) fn check_is_safe_rust(ctxt: &Ctxt, signature: &Signature, what: &str, why: &str) {
    let refuse = |token: &dyn ToTokens, word: &str| {
        ctxt.error(token.to_token_stream(), format_args!("{what} cannot be `{word}`: {why}"));
    };
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
pub(super) fn is_mut_self(receiver: &Receiver, aggregate: &SelfType) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
        ReceiverKind::Typed(_, ty) if receiver.mutability.is_none() => {
            matches!(ungrouped(ty), Type::Reference(reference) if reference.mutability.is_some() && is_named(&reference.elem, aggregate))
        }
        _ => false,
    }
}

/// Whether it is the aggregate, maybe by another name, and not a `Box` of it.
fn is_named(ty: &Type, aggregate: &SelfType) -> bool {
    let is_bare = |path: &TypePath| path.path.segments.iter().all(|segment| segment.arguments.is_none());
    aggregate.is(ty) || matches!(ungrouped(ty), Type::Path(path) if is_bare(path))
}

pub(super) fn lifetime(receiver: &Receiver) -> Option<&Lifetime> {
    match &receiver.kind {
        ReceiverKind::Reference(_, lifetime, _) => lifetime.as_ref(),
        ReceiverKind::Typed(_, ty) => match ungrouped(ty) {
            Type::Reference(reference) => reference.lifetime.as_ref(),
            _ => None,
        },
        _ => None,
    }
}

/// What it returns, if that is more than `()`.
pub(super) fn returned(signature: &Signature) -> Option<&Type> {
    match &signature.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(ungrouped(ty)).filter(|ty| !is_unit(ty)),
    }
}
