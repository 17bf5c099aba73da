//! A method without `#[event]` that takes `&mut self`.

use quote::ToTokens as _;
use syn::{FnArg, Ident, Pat, ReturnType, Type};

use crate::ast::exclusive;
use crate::ast::field::elided_borrow;
use crate::ast::function::Function;
use crate::ast::self_type::SelfType;
use crate::ast::signature::{check_arguments, check_qualifiers, lifetime};
use crate::ctxt::Ctxt;
use crate::spelled::ungrouped;

pub(crate) struct Command<'a> {
    pub(crate) original: &'a Function,
    /// The arguments that are other aggregates of the same type: what is in these, a command changes by events alone, too.
    pub(crate) others: Vec<usize>,
}

impl<'a> Command<'a> {
    pub(super) fn new(ctxt: &Ctxt, aggregate: &SelfType, original: &'a Function) -> Self {
        let signature = &original.sig;
        check_qualifiers(ctxt, signature, "a command", "it runs on a generated type that can only read the state");
        check_arguments(ctxt, signature);
        if let Some(lifetime) = signature.receiver().and_then(lifetime) {
            ctxt.error(lifetime, "a command cannot lend out the aggregate: write `&mut self`");
        } else if let ReturnType::Type(_, ty) = &signature.output {
            check_returned(ctxt, ty);
        }
        Self { original, others: exclusive::others(ctxt, aggregate, signature) }
    }

    /// Whether it has an aggregate under this name that events alone change.
    pub(crate) fn holds_as(&self, name: &Ident) -> bool {
        let is_other = |at: &usize| {
            let argument = self.original.sig.inputs.get(*at);
            matches!(argument, Some(FnArg::Typed(argument)) if matches!(&*argument.pat, Pat::Ident(pattern) if pattern.ident == *name))
        };
        name == "self" || self.others.iter().any(is_other)
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
