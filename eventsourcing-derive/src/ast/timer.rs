//! A function with `#[timer("name")]`: what a process does when a timer of that name is due.

use syn::{Attribute, Ident, LitStr, Type};

use crate::args::TimerArgs;
use crate::ast::function::Function;
use crate::ast::handler::typed;
use crate::ast::reaction::{CX, check_cx};
use crate::ast::self_type::SelfType;
use crate::ast::signature::{check_arguments, check_is_not_generic, check_is_safe_rust, is_mut_self};
use crate::ast::{cfgs, is_argument_called};
use crate::ctxt::Ctxt;

pub(crate) struct Timer<'a> {
    pub(crate) original: &'a Function,
    pub(crate) name: LitStr,
    /// Where it says that no handler sets it any more.
    pub(crate) retired: Option<Ident>,
    /// The type of the argument that takes what the handler does beside its own events.
    pub(crate) cx: Option<&'a Type>,
}

impl<'a> Timer<'a> {
    /// `None` if nothing can be made of it.
    pub(super) fn new(ctxt: &Ctxt, process: &SelfType, mark: &Attribute, original: &'a Function) -> Option<Self> {
        let (signature, args) = (&original.sig, TimerArgs::new(ctxt, mark));
        check_is_safe_rust(ctxt, signature, "a handler", "it is called by generated code when the timer is due");
        check_arguments(ctxt, signature);
        check_is_not_generic(
            ctxt,
            signature,
            "the handler of a timer cannot be generic: it is called by generated code",
        );
        let write = "a timer is of a process that has begun: take `&mut self`";
        match signature.receiver() {
            Some(receiver) if is_mut_self(receiver, process) => {}
            Some(receiver) => ctxt.error(receiver, write),
            None => ctxt.error(&signature.ident, write),
        }
        let mut arguments = typed(signature).collect::<Vec<_>>();
        let last =
            arguments.last().is_some_and(|last| is_argument_called(last, CX.0)).then(|| arguments.pop()).flatten();
        for argument in arguments {
            let message = "a timer has no fields: its handler takes `&mut self` and `cx: &mut Reaction<..>`, and what it needs to know is in the state";
            ctxt.error(&argument.pat, message);
        }
        let cx = last.map(|last| &*last.ty);
        check_cx(ctxt, cx);
        let TimerArgs { name, retired } = args?;
        Some(Self { original, name, retired, cx })
    }

    pub(crate) fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        cfgs(&self.original.attrs)
    }
}
