//! A part of an `impl` block under `#[events]`: an event, a command, an upcaster, or none of these.

use crate::args::{is_conditional_mark, is_event_mark, is_upcast_mark};
use crate::ast::block_context::BlockContext;
use crate::ast::command::Command;
use crate::ast::event_method::EventMethod;
use crate::ast::exclusive;
use crate::ast::impl_block::BlockItem;
use crate::ast::signature::is_mut_self;
use crate::ast::upcaster::Upcaster;
use crate::ctxt::Ctxt;

/// What a part of the `impl` block is.
pub(crate) enum Part<'a> {
    Event(EventMethod<'a>),
    Command(Command<'a>),
    Upcaster(Upcaster<'a>),
    /// Anything else; it stays as it is.
    Plain(&'a BlockItem),
}

impl<'a> Part<'a> {
    pub(crate) fn new(ctxt: &Ctxt, of: &BlockContext<'_>, item: &'a BlockItem) -> Option<Self> {
        let BlockItem::Fn(function) = item else { return Some(Self::Plain(item)) };
        if let Some(conditional) = function.attrs.iter().find(|attribute| is_conditional_mark(attribute)) {
            let message = "no macro knows whether this condition holds: write the attribute by itself, and the condition as `#[cfg(..)]` on \
                           the whole method";
            ctxt.error(conditional, message);
            return None;
        }
        let marks: Vec<_> = function.attrs.iter().filter(|attribute| is_event_mark(attribute)).collect();
        let upcasts = function.attrs.iter().find(|attribute| is_upcast_mark(attribute));
        if let (Some(upcasts), Some(_)) = (upcasts, marks.first()) {
            ctxt.error(upcasts, "a function is an event or an upcaster: leave one of the two attributes");
            return None;
        }
        if let Some(mark) = upcasts {
            return Upcaster::new(ctxt, mark, function).map(Self::Upcaster);
        }
        if let [mark, others @ ..] = &*marks {
            for other in others {
                ctxt.error(other, "a method is one event: leave one `#[event(..)]`");
            }
            return EventMethod::new(ctxt, of, mark, function).map(Self::Event);
        }
        let receiver = function.sig.receiver();
        if receiver.is_some_and(|receiver| is_mut_self(receiver, of.aggregate)) {
            return Some(Self::Command(Command::new(ctxt, of.aggregate, function)));
        }
        if let Some(receiver) = receiver {
            exclusive::check_receiver(ctxt, of.aggregate, receiver);
        }
        exclusive::check_arguments(ctxt, of.aggregate, &function.sig);
        Some(Self::Plain(item))
    }
}
