//! A function with `#[on]`: what an event does to a row.

use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{
    Attribute, Expr, FnArg, GenericArgument, Ident, ImplItemFn, Pat, PatType, Path, PathArguments, Receiver,
    ReceiverKind, ReturnType, Type,
};

use crate::args::{OnArgs, field_mark};
use crate::ast::cfgs;
use crate::ast::self_type::{SelfType, is_self};
use crate::ast::signature::{check_arguments, check_is_safe_rust, is_mut_self};
use crate::ctxt::Ctxt;
use crate::spelled::{is_called, ungrouped};
use crate::tokens::words;

pub(crate) struct Handler<'a> {
    pub(crate) original: &'a ImplItemFn,
    /// The path of the enum of the event.
    pub(crate) events: Path,
    pub(crate) variant: Ident,
    /// Which row it is about, if not that of the event's aggregate.
    pub(crate) key: Option<Expr>,
    pub(crate) form: Form,
    /// The argument that takes where the event stands.
    pub(crate) at: Option<&'a Type>,
    pub(crate) arguments: Vec<Argument<'a>>,
}

/// What a handler does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `fn(..) -> Self`.
    Make,
    /// `fn(&mut self, ..)`.
    Change,
    /// `fn(self, ..) -> Option<Self>`.
    ChangeOrDelete,
    /// `fn(this: Option<Self>, ..) -> Self`.
    MakeOrChange,
}

/// An argument that takes a field of the event.
pub(crate) struct Argument<'a> {
    pub(crate) field: Ident,
    /// What it is called in the function, if it is called.
    pub(crate) name: Option<&'a Ident>,
    pub(crate) ty: &'a Type,
}

const FORMS: &str = "a handler is one of `fn(..) -> Self`, which makes the row, `fn(&mut self, ..)`, which changes it, \
                     `fn(self, ..) -> Option<Self>`, which changes or deletes it, and `fn(this: Option<Self>, ..) -> Self`, which makes or \
                     changes it";

impl<'a> Handler<'a> {
    /// `None` if nothing can be made of it.
    pub(super) fn new(ctxt: &Ctxt, row: &SelfType, mark: &Attribute, original: &'a ImplItemFn) -> Option<Self> {
        let args = OnArgs::from_method(ctxt, mark);
        let signature = &original.sig;
        check_is_safe_rust(ctxt, signature, "a handler", "it is called by generated code for each event");
        check_arguments(ctxt, signature);
        if let Some(asyncness) = &signature.asyncness {
            ctxt.error(
                asyncness,
                "a handler cannot be `async`: it depends on its row and the event alone, and has no other effect",
            );
        }
        let parameters = signature.generics.type_params().map(ToTokens::to_token_stream);
        let parameters = parameters.chain(signature.generics.const_params().map(ToTokens::to_token_stream));
        for parameter in parameters.collect::<Vec<_>>() {
            ctxt.error(
                parameter,
                "a handler cannot be generic: its arguments are the event's fields, so write their types",
            );
        }
        let mut inputs = signature.inputs.iter().filter_map(|argument| match argument {
            FnArg::Receiver(_) => None,
            FnArg::Typed(argument) => Some(argument),
        });
        let mut next = inputs.next();
        let this = next.filter(|argument| is_argument_called(argument, "this"));
        if this.is_some() {
            next = inputs.next();
        }
        let at = next.filter(|argument| is_argument_called(argument, "at"));
        if at.is_some() {
            next = inputs.next();
        }
        let form = form(ctxt, row, original, this);
        let at = at.map(|argument| &*argument.ty);
        if let Some(ty) = at.filter(|ty| !matches!(ungrouped(ty), Type::Reference(_))) {
            let message = "an argument `at` takes where the event stands: write `at: &At<..>`, or for a field of that name `#[field(at)] when: ..`";
            ctxt.error(ty, message);
        }
        let arguments: Vec<_> =
            next.into_iter().chain(inputs).filter_map(|argument| Argument::new(ctxt, argument)).collect();
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
}

/// Whether an argument has this name, and takes no field.
fn is_argument_called(argument: &PatType, name: &str) -> bool {
    let is_field = argument.attrs.iter().any(|attribute| attribute.path().is_ident("field"));
    !is_field && matches!(&*argument.pat, Pat::Ident(pattern) if pattern.ident == name)
}

impl<'a> Argument<'a> {
    fn new(ctxt: &Ctxt, argument: &'a PatType) -> Option<Self> {
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
        if !is_field && (field == "at" || field == "this") {
            let message = match field.unraw().to_string().as_str() {
                "at" => {
                    "`at: &At<..>` comes first, after `self` or `this`; a field of that name is taken by `#[field(at)] when: ..`"
                }
                _ => "`this: Option<Self>` comes first; a field of that name is taken by `#[field(this)] that: ..`",
            };
            ctxt.error(&argument.pat, message);
            return None;
        }
        let ty = ungrouped(&argument.ty);
        if words(ty.to_token_stream()).iter().any(|word| word == "impl") {
            ctxt.error(ty, "a handler cannot be generic: its arguments are the event's fields, so write their types");
            return None;
        }
        if matches!(ty, Type::Reference(reference) if reference.mutability.is_some()) {
            ctxt.error(ty, "a handler cannot change the event: take the field by value or by `&`");
            return None;
        }
        Some(Self { field, name, ty })
    }
}

/// What it does, by its receiver and what it returns.
fn form(ctxt: &Ctxt, row: &SelfType, function: &ImplItemFn, this: Option<&PatType>) -> Option<Form> {
    let signature = &function.sig;
    let returned = match &signature.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(ungrouped(ty)).filter(|ty| !is_unit(ty)),
    };
    if let Some(ty) = returned.filter(|ty| is_called(ty, "Result")) {
        let message = "a handler cannot fail: what it is given has happened. If it cannot make a row of that, let it panic: the row is then set \
                       aside, and others go on";
        ctxt.error(ty, message);
        return None;
    }
    let is_row = |ty: &Type| row.is(ty);
    let may_be_row = |ty: &Type| of_option(ty).is_some_and(is_row);
    let form = match (signature.receiver(), this, returned) {
        (None, None, Some(ty)) if is_row(ty) => Form::Make,
        (None, Some(this), Some(ty)) if is_row(ty) => {
            if !may_be_row(&this.ty) {
                ctxt.error(&this.ty, "`this` is the row, if there is one: write `this: Option<Self>`, or for a field of that name `#[field(this)] that: ..`");
            }
            Form::MakeOrChange
        }
        (Some(receiver), None, None) if is_mut_self(receiver, row) => Form::Change,
        (Some(receiver), None, Some(ty)) if is_by_value(receiver) && may_be_row(ty) => Form::ChangeOrDelete,
        (_, _, Some(ty)) => {
            ctxt.error(ty, FORMS);
            return None;
        }
        (Some(receiver), ..) => {
            ctxt.error(receiver, FORMS);
            return None;
        }
        (None, ..) => {
            ctxt.error(&signature.ident, FORMS);
            return None;
        }
    };
    Some(form)
}

/// Whether it is `self`, however it is written.
fn is_by_value(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(..) => false,
        ReceiverKind::Typed(_, ty) => is_self(ty),
        _ => true,
    }
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// What a type that reads `Option<T>` is one of.
pub(crate) fn of_option(ty: &Type) -> Option<&Type> {
    first_argument(ty, "Option")
}

/// `T` of a type that reads `Name<T>`.
fn first_argument<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ungrouped(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(of) => Some(of),
        _ => None,
    }
}
