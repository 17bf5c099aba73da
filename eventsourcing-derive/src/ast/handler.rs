//! A function that is given an event: what it takes of that.

use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, FnArg, Ident, Pat, PatType, Path, Signature, Type};

use crate::args::{HandlerArgs, field_mark};
use crate::ast::function::Function;
use crate::ast::signature::{check_arguments, check_is_not_generic, check_is_safe_rust};
use crate::ast::{cfgs, is_argument_called, without_underscore};
use crate::ctxt::Ctxt;
use crate::spelled::{first_argument, is_called, spelling, ungrouped};
use crate::tokens::words;

const GENERIC: &str = "a handler cannot be generic: its arguments are the event's fields, so write their types";

/// A function with an attribute that names an event. What else it is, `F` says.
pub(crate) struct Handler<'a, F> {
    pub(crate) original: &'a Function,
    /// The path of the enum of the event.
    pub(crate) events: Path,
    pub(crate) variant: Ident,
    /// What the event is given to, if not what the event's aggregate says.
    pub(crate) key: Option<Expr>,
    pub(crate) form: F,
    /// The argument that takes where the event stands.
    pub(crate) at: Option<&'a Type>,
    pub(crate) arguments: Vec<Argument<'a>>,
}

/// An argument that takes a field of the event.
pub(crate) struct Argument<'a> {
    pub(crate) field: Ident,
    /// What it is called in the function, if it is called.
    pub(crate) name: Option<&'a Ident>,
    pub(crate) ty: &'a Type,
}

/// The arguments of a kind of handlers that take no field: their names, and what to say of one that stands elsewhere.
pub(super) struct Given {
    /// Before all others.
    pub(super) first: (&'static str, &'static str),
    /// What to say of an `at` that is not second.
    pub(super) at: &'static str,
    /// After all others.
    pub(super) last: Option<(&'static str, &'static str)>,
    /// What is known by its type, under whatever name.
    pub(super) by_type: Option<ByType>,
}

/// Whether a type is that, and what to say then.
type ByType = (fn(&Type) -> bool, &'static str);

/// Those of a handler.
pub(super) struct Taken<'a> {
    pub(super) first: Option<&'a PatType>,
    pub(super) last: Option<&'a PatType>,
}

impl<'a, F> Handler<'a, F> {
    /// `None` if nothing can be made of it.
    pub(super) fn new(
        ctxt: &Ctxt,
        given: &Given,
        args: HandlerArgs,
        original: &'a Function,
        form: impl FnOnce(&Taken<'a>) -> Option<F>,
    ) -> Option<Self> {
        let signature = &original.sig;
        check_is_safe_rust(ctxt, signature, "a handler", "it is called by generated code for each event");
        check_arguments(ctxt, signature);
        check_is_not_generic(ctxt, signature, GENERIC);
        let mut inputs = typed(signature).collect::<Vec<_>>();
        let mut take_first = |name: &str| match inputs.first() {
            Some(argument) if is_argument_called(argument, name) => Some(inputs.remove(0)),
            _ => None,
        };
        let (first, at) = (take_first(given.first.0), take_first("at"));
        let last = match (inputs.last(), given.last) {
            (Some(argument), Some((name, _))) if is_argument_called(argument, name) => inputs.pop(),
            _ => None,
        };
        let form = form(&Taken { first, last });
        let at = at.map(|argument| &*argument.ty);
        if let Some(ty) = at.filter(|ty| !matches!(ungrouped(ty), Type::Reference(_))) {
            let message = "an argument `at` takes where the event stands: write `at: &At<..>`, or for a field of that name `#[field(at)] when: ..`";
            ctxt.error(ty, message);
        }
        let arguments = inputs.into_iter().filter_map(|argument| Argument::new(ctxt, given, argument)).collect();
        let mut event = args.event?;
        let variant = event.segments.pop()?.ident;
        event.segments.pop_punct();
        Some(Self { original, events: event, variant, key: args.key, form: form?, at, arguments })
    }

    /// The aggregate in `at: &At<..>`.
    pub(crate) fn aggregate(&self) -> Option<&Type> {
        let Type::Reference(at) = ungrouped(self.at?) else { return None };
        first_argument(&at.elem, "At")
    }

    pub(crate) fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        cfgs(&self.original.attrs)
    }

    /// Whether it may be configured away.
    pub(crate) fn is_conditional(&self) -> bool {
        self.cfgs().next().is_some()
    }
}

impl<'a> Argument<'a> {
    fn new(ctxt: &Ctxt, given: &Given, argument: &'a PatType) -> Option<Self> {
        let name = match &*argument.pat {
            Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => Some(&pattern.ident),
            _ => None,
        };
        let field = field_mark(ctxt, &argument.attrs);
        let is_field = field.is_some();
        let Some(field) = field.or_else(|| name.cloned()) else {
            ctxt.error(
                &argument.pat,
                "an argument takes the event's field of its name: give it one, or mark it `#[field(name)]`",
            );
            return None;
        };
        if let Some(message) = given.misplaced(&field, &argument.ty).filter(|_| !is_field) {
            ctxt.error(&argument.pat, message);
            return None;
        }
        let ty = ungrouped(&argument.ty);
        if words(ty.to_token_stream()).iter().any(|word| word == "impl") {
            ctxt.error(ty, GENERIC);
            return None;
        }
        if is_called(ty, "str") || matches!(ty, Type::Slice(_)) {
            let message = format!("an argument has a size: take it by `&`, as `&{}`", spelling(ty.to_token_stream()));
            ctxt.error(ty, message);
            return None;
        }
        if matches!(ty, Type::Reference(reference) if reference.mutability.is_some()) {
            ctxt.error(ty, "a handler cannot change the event: take the field by value or by `&`");
            return None;
        }
        Some(Self { field, name, ty })
    }
}

impl Given {
    /// What to say of an argument of this name and type that stands among the fields.
    fn misplaced(&self, name: &Ident, ty: &Type) -> Option<&'static str> {
        let name = name.unraw().to_string();
        let named = [Some(self.first), Some(("at", self.at)), self.last].into_iter().flatten();
        let by_name =
            named.into_iter().find(|(other, _)| without_underscore(&name) == *other).map(|(_, message)| message);
        by_name.or_else(|| self.by_type.filter(|(is_own, _)| is_own(ty)).map(|(_, message)| message))
    }
}

/// Its arguments but for `self`.
pub(super) fn typed(signature: &Signature) -> impl Iterator<Item = &PatType> {
    signature.inputs.iter().filter_map(|argument| match argument {
        FnArg::Receiver(_) => None,
        FnArg::Typed(argument) => Some(argument),
    })
}
