//! A function with `#[starts]`, `#[continues]` or `#[starts_or_continues]`: what a process does on an event.

use quote::ToTokens as _;
use syn::{Attribute, PatType, Type};

use crate::args::{HandlerArgs, is_mark};
use crate::ast::function::Function;
use crate::ast::handler::{Given, Handler, Taken};
use crate::ast::self_type::SelfType;
use crate::ast::signature::{is_mut_self, returned};
use crate::ctxt::Ctxt;
use crate::spelled::{is_called, of_option, ungrouped};
use crate::tokens::{self, is_punct};

/// A handler of a process.
pub(crate) type ReactionHandler<'a> = Handler<'a, Reaction<'a>>;

pub(crate) struct Reaction<'a> {
    pub(crate) mode: Mode,
    /// The type of the argument that takes what the handler does beside its own events.
    pub(crate) cx: Option<&'a Type>,
}

/// Which instances a handler is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// `#[starts] fn(..) -> Self`.
    Starts,
    /// `#[continues] fn(&mut self, ..)`.
    Continues,
    /// `#[starts_or_continues] fn(this: Option<Self>, ..) -> Self`.
    StartsOrContinues,
}

impl Mode {
    /// What an attribute says, if it is one of these, by whatever path.
    pub(crate) fn of(attribute: &Attribute) -> Option<Self> {
        let all = [Self::Starts, Self::Continues, Self::StartsOrContinues];
        all.into_iter().find(|mode| is_mark(attribute, mode.mark()))
    }

    pub(crate) const fn mark(self) -> &'static str {
        match self {
            Self::Starts => "starts",
            Self::Continues => "continues",
            Self::StartsOrContinues => "starts_or_continues",
        }
    }
}

/// What a handler and the handler of a timer take the reaction by.
pub(super) const CX: (&str, &str) =
    ("cx", "`cx: &mut Reaction<..>` comes last; a field of that name is taken by `#[field(cx)] of: ..`");

const GIVEN: Given = Given {
    first: ("this", "`this: Option<Self>` comes first; a field of that name is taken by `#[field(this)] that: ..`"),
    at: "`at: &At<..>` comes first, after `self` or `this`; a field of that name is taken by `#[field(at)] when: ..`",
    last: Some(CX),
    by_type: Some((is_reaction, "the reaction comes last, and is called `cx`: write `cx: &mut Reaction<..>`")),
};

/// `None` if nothing can be made of it.
pub(super) fn handler<'a>(
    ctxt: &Ctxt,
    process: &SelfType,
    (mode, mark): (Mode, &Attribute),
    original: &'a Function,
) -> Option<ReactionHandler<'a>> {
    let word = mode.mark();
    let args = HandlerArgs::from_method(ctxt, mark, "id", &format!("#[{word}(OrderEvent::Placed, id = order)]"));
    let lacks_id = args.event.is_some() && args.key.is_none();
    // What is said of another option is enough.
    let has_options =
        tokens::any(mark.meta.to_token_stream(), |_, here| here.first().is_some_and(|token| is_punct(token, '=')));
    if let Some(event) = args.event.as_ref().filter(|_| lacks_id && !has_options) {
        let message = format!(
            "which process the event is for is not said: write `#[{word}(.., id = ..)]`, with a field of the event that is an id or a name, or with \
             an expression, such as `at.id()`"
        );
        ctxt.error(event, message);
    }
    let handler = Handler::new(ctxt, &GIVEN, args, original, |taken| {
        check_form(ctxt, process, mode, original, taken);
        let cx = taken.last.map(|cx| &*cx.ty);
        check_cx(ctxt, cx);
        Some(Reaction { mode, cx })
    });
    handler.filter(|_| !lacks_id)
}

/// Refuses a `cx` that is no lent reaction.
pub(super) fn check_cx(ctxt: &Ctxt, cx: Option<&Type>) {
    let is_lent = |ty: &&Type| matches!(ungrouped(ty), Type::Reference(reference) if reference.mutability.is_some());
    if let Some(ty) = cx.filter(|ty| !is_lent(ty)) {
        let message = "`cx` takes the reaction, of which the handler makes its commit: write `cx: &mut Reaction<..>`, or for a field of that name \
                       `#[field(cx)] of: ..`";
        ctxt.error(ty, message);
    }
}

/// Refuses a receiver, or its lack, that does not fit the attribute. What is returned is for the compiler to find out, but for its lack.
fn check_form(ctxt: &Ctxt, process: &SelfType, mode: Mode, function: &Function, taken: &Taken<'_>) {
    let (signature, this) = (&function.sig, taken.first);
    let begins = "return `Self`";
    match (mode, signature.receiver(), this) {
        (Mode::Starts, Some(receiver), _) => {
            let message = format_args!(
                "`#[starts]` begins a process, so there is no `self` yet: leave it out and {begins}, or write `#[continues(..)]`"
            );
            ctxt.error(receiver, message);
        }
        (Mode::Starts, None, Some(this)) => {
            let message = "`#[starts]` begins a process, so there is none yet: leave `this` out, or write `#[starts_or_continues(..)]`; a field of \
                           that name is taken by `#[field(this)] that: ..`";
            ctxt.error(this, message);
        }
        (Mode::Starts, None, None) => {}
        (Mode::Continues, Some(receiver), None) if is_mut_self(receiver, process) => {}
        (Mode::Continues, Some(receiver), None) => {
            ctxt.error(receiver, "`#[continues]` goes on with a process, which its events change: take `&mut self`");
        }
        (Mode::Continues, _, Some(this)) => {
            let message = "`#[continues]` goes on with a process: take `&mut self`, or write `#[starts_or_continues(..)]`; a field of that name is \
                           taken by `#[field(this)] that: ..`";
            ctxt.error(this, message);
        }
        (Mode::Continues, None, None) => {
            let message = "`#[continues]` goes on with a process: take `&mut self` first, or write `#[starts(..)]` on a handler that begins one";
            ctxt.error(&signature.ident, message);
        }
        (Mode::StartsOrContinues, None, Some(this)) => check_this(ctxt, process, this),
        (Mode::StartsOrContinues, Some(receiver), _) => ctxt.error(receiver, TAKES_THIS),
        (Mode::StartsOrContinues, None, None) => ctxt.error(&signature.ident, TAKES_THIS),
    }
    let lacks_output = mode != Mode::Continues && signature.receiver().is_none() && returned(signature).is_none();
    if lacks_output {
        let message = "a handler that begins a process returns it: write `-> Self`, or `-> Result<Self, E>`";
        ctxt.error(&signature.ident, message);
    }
}

const TAKES_THIS: &str =
    "`#[starts_or_continues]` is given the process, if it has begun: take `this: Option<Self>` first and return `Self`";

fn check_this(ctxt: &Ctxt, process: &SelfType, this: &PatType) {
    if !of_option(&this.ty).is_some_and(|ty| process.is(ty)) {
        let message = "`this` is the process, if it has begun: write `this: Option<Self>`, or for a field of that name `#[field(this)] that: ..`";
        ctxt.error(this.ty.to_token_stream(), message);
    }
}

/// Whether it reads `Reaction`, lent or not.
fn is_reaction(ty: &Type) -> bool {
    let ty = match ungrouped(ty) {
        Type::Reference(reference) => ungrouped(&reference.elem),
        ty => ty,
    };
    is_called(ty, "Reaction")
}
