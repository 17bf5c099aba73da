//! An `impl` block under `#[process]`.

use syn::{Attribute, Type};

use crate::args::{Ignored, ProcessArgs, TIMER, is_conditional, is_event_mark, is_mark, is_on_mark, is_timer_mark};
use crate::ast::exclusive;
use crate::ast::function::Function;
use crate::ast::impl_block::ImplBlock;
use crate::ast::of_enum::{self, OfEnum};
use crate::ast::reaction::{self, Mode, Reaction, ReactionHandler};
use crate::ast::self_type::SelfType;
use crate::ast::signature::is_mut_self;
use crate::ast::timer::Timer;
use crate::ast::timer_calls::TimerCalls;
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

pub(crate) struct Process<'a> {
    pub(crate) original: &'a ImplBlock,
    pub(crate) krate: CratePath,
    pub(crate) this: SelfType,
    /// The application whose aggregates it changes. Without it, that is reported.
    pub(crate) app: Option<Type>,
    pub(crate) handlers: Vec<ReactionHandler<'a>>,
    pub(crate) timers: Vec<Timer<'a>>,
    pub(crate) timer_calls: TimerCalls,
    pub(crate) ignored: Vec<Ignored>,
    /// Whether there are handlers that could not be read, so that nothing can be said of what is missing.
    pub(crate) is_incomplete: bool,
}

impl<'a> Process<'a> {
    pub(crate) fn from_impl(ctxt: &Ctxt, args: ProcessArgs, original: &'a ImplBlock) -> Option<Self> {
        if let Some((path, _)) = &original.trait_ {
            ctxt.error(path, "`#[process]` goes on the aggregate's own `impl` block, not on that of a trait");
            return None;
        }
        let this = SelfType::new(ctxt, &original.self_ty, "#[process]")?;
        for parameter in &original.generics.params {
            ctxt.error(
                parameter,
                "a process is of one type: write the `impl` block without parameters, of one such aggregate",
            );
        }
        if args.app.is_none() {
            let message = "whose aggregates it changes is not said: write `#[process(app = Shop)]`, with the type of the application";
            ctxt.error(&original.self_ty, message);
        }
        let events = original.attrs.iter().find(|attribute| is_mark(attribute, "events"));
        if let Some(events) = events {
            ctxt.error(events, APART);
        }
        let (mut handlers, mut timers, mut is_incomplete) = (Vec::new(), Vec::new(), original.has_unread());
        for function in original.functions() {
            check_marks(ctxt, function, events.is_some());
            check_access(ctxt, &this, function);
            for mark in &function.attrs {
                if let Some(mode) = Mode::of(mark) {
                    let handler = reaction::handler(ctxt, &this, (mode, mark), function);
                    is_incomplete |= handler.is_none();
                    handlers.extend(handler);
                } else if is_timer_mark(mark) {
                    let timer = Timer::new(ctxt, &this, mark, function);
                    is_incomplete |= timer.is_none();
                    timers.extend(timer);
                }
            }
        }
        let timer_calls = TimerCalls::of(original.functions());
        let ProcessArgs { app, ignored, krate } = args;
        Some(Self { original, krate, this, app, handlers, timers, timer_calls, ignored, is_incomplete })
    }

    /// What is done with the events, by their enums.
    pub(crate) fn by_enum(&self) -> Vec<OfEnum<'_, 'a, Reaction<'a>>> {
        of_enum::by_enum(&self.handlers, &self.ignored)
    }

    /// The functions that change the process, which they do by its events alone.
    pub(crate) fn commands(&self) -> impl Iterator<Item = &'a Function> {
        self.original.functions().filter(|function| self.is_command(function))
    }

    pub(crate) fn is_command(&self, function: &Function) -> bool {
        is_command(&self.this, function)
    }
}

/// What a block says that is one of both kinds.
pub(crate) const APART: &str =
    "events change the process, and handlers record them: write `#[events]` and `#[process]` on two `impl` blocks";

/// All that stand on handlers.
const MARKS: [&str; 4] = [Mode::Starts.mark(), Mode::Continues.mark(), Mode::StartsOrContinues.mark(), TIMER];

/// Whether it is what stands on a handler, by whatever path.
pub(super) fn is_handler_mark(attribute: &Attribute) -> bool {
    MARKS.iter().any(|mark| is_mark(attribute, mark))
}

/// Whether it is `#[cfg_attr(.., starts(..))]` or the same with another of these.
pub(crate) fn is_conditional_handler(attribute: &Attribute) -> bool {
    is_conditional(attribute, &MARKS)
}

/// Refuses what stands on other functions than those of a process.
fn check_marks(ctxt: &Ctxt, function: &Function, has_events: bool) {
    let is_handler = function.attrs.iter().any(is_handler_mark);
    for mark in &function.attrs {
        if is_event_mark(mark) && has_events {
            // All of them are to be moved.
        } else if is_event_mark(mark) && is_handler {
            let message = "an event changes the state and does nothing else, and a handler records it: write two functions, the event in the `#[events]` \
                           block";
            ctxt.error(mark, message);
        } else if is_event_mark(mark) {
            ctxt.error(mark, "an event stands in the `#[events]` block of the process: move it there");
        } else if is_on_mark(mark) {
            let message = "`#[on]` is of a projection: write `#[starts(..)]`, `#[continues(..)]` or `#[starts_or_continues(..)]`, with `id = ..`";
            ctxt.error(mark, message);
        } else if is_conditional_handler(mark) {
            let message = "no macro knows whether this condition holds: write the attribute by itself, and the condition as `#[cfg(..)]` on the whole \
                           function";
            ctxt.error(mark, message);
        }
    }
}

/// Refuses a way to change the process that is no command.
fn check_access(ctxt: &Ctxt, this: &SelfType, function: &Function) {
    exclusive::check_arguments(ctxt, this, &function.sig);
    let is_handler = function.attrs.iter().any(is_handler_mark);
    if let Some(receiver) = function.sig.receiver().filter(|_| !is_handler && !is_command(this, function)) {
        exclusive::check_receiver(ctxt, this, receiver);
    }
}

fn is_command(this: &SelfType, function: &Function) -> bool {
    function.sig.receiver().is_some_and(|receiver| is_mut_self(receiver, this))
}
