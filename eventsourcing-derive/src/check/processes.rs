//! Rules about a process.

use crate::ast::process::Process;
use crate::ast::timer::Timer;
use crate::check::{changes, handled};
use crate::ctxt::Ctxt;
use crate::scope::Neighbours;

pub(crate) fn process(ctxt: &Ctxt, process: &Process<'_>, neighbours: Neighbours) {
    let enums = process.by_enum();
    the_block_stands_once(ctxt, process, neighbours);
    some_event_is_handled(ctxt, process);
    each_event_goes_to_an_instance_once(ctxt, process);
    handled::nothing_is_handled_and_ignored(ctxt, &enums);
    handled::nothing_is_ignored_twice(ctxt, &process.ignored);
    if !process.is_incomplete {
        handled::some_event_of_each_enum_is_handled(ctxt, (&*process.handlers, &*process.ignored), "process");
    }
    handled::each_enum_is_of_an_aggregate(ctxt, &enums);
    each_timer_has_one_handler(ctxt, process);
    each_timer_is_set(ctxt, process);
    changes::by_events_of_the_process_alone(ctxt, process);
}

/// Which handlers there are must be known in one place.
fn the_block_stands_once(ctxt: &Ctxt, process: &Process<'_>, neighbours: Neighbours) {
    if neighbours.has_block_above {
        let message = format_args!(
            "`{}` has a block under `#[process]` above this one: write all handlers in one block, because an event is given to each of them \
             once",
            process.this.ident
        );
        ctxt.error(&process.original.self_ty, message);
    }
}

/// A process is run by events.
fn some_event_is_handled(ctxt: &Ctxt, process: &Process<'_>) {
    if process.handlers.is_empty() && !process.is_incomplete {
        let message = "no event begins this process or goes on with it: write a handler, such as `#[starts(OrderEvent::Placed, id = at.id())] fn \
                       placed(at: &At<Order>) -> Self`";
        ctxt.error(&process.original.self_ty, message);
    }
}

/// Two handlers of an event for one instance would be two reactions, in an order that is not said.
fn each_event_goes_to_an_instance_once(ctxt: &Ctxt, process: &Process<'_>) {
    handled::each_repeated(&process.by_enum(), |handler, other| {
        let (function, variant) = (&other.original.sig.ident, &handler.variant);
        let message = if handler.form.mode == other.form.mode {
            format!(
                "`{function}` handles `{variant}` for the same process already: do both in one handler, or give this one another process by `id = ..`"
            )
        } else {
            format!(
                "`{function}` handles `{variant}` for the same process already: write one handler with `#[starts_or_continues(..)]`, or give this one \
                 another process by `id = ..`"
            )
        };
        ctxt.error(variant, message);
    });
}

/// A timer that is due is given to one handler. (Of two under a `#[cfg]`, only one may be there.)
fn each_timer_has_one_handler(ctxt: &Ctxt, process: &Process<'_>) {
    let is_conditional = |timer: &Timer<'_>| timer.cfgs().next().is_some();
    for (n, timer) in process.timers.iter().enumerate() {
        let name = timer.name.value();
        let mut before = process.timers.iter().take(n);
        let is_same =
            |other: &&Timer<'_>| other.name.value() == name && !(is_conditional(other) && is_conditional(timer));
        if let Some(other) = before.find(is_same) {
            let function = &other.original.sig.ident;
            let message = format_args!(
                "`{function}` is the handler of the timer `{name}` already: give this one another name, or do both in one handler"
            );
            ctxt.error(&timer.name, message);
        }
    }
    if process.is_incomplete {
        return;
    }
    let mut said = Vec::new();
    for literal in &process.timer_calls.of_cx {
        let name = literal.value();
        if process.timers.iter().all(|timer| timer.name.value() != name) && !said.contains(&name) {
            let message = format_args!(
                "the timer `{name}` has no handler: write one, such as `#[timer({name:?})] fn due(&mut self)`, or the name of one that has"
            );
            ctxt.error(literal, message);
            said.push(name);
        }
    }
}

/// A handler of a timer that is never set never runs, unless a release before has set it.
fn each_timer_is_set(ctxt: &Ctxt, process: &Process<'_>) {
    for timer in &process.timers {
        let (name, is_set) = (timer.name.value(), process.timer_calls.set.contains(&timer.name.value()));
        if let Some(retired) = timer.retired.as_ref().filter(|_| is_set) {
            let message = format_args!("the timer `{name}` is set by a handler: leave `retired` out");
            ctxt.error(retired, message);
        }
        let may_be_set = is_set || process.is_incomplete || process.timer_calls.may_set_others;
        if timer.retired.is_none() && !may_be_set {
            let message = format_args!(
                "the timer `{name}` is never set: write `cx.timer({name:?}, ..)` in a handler, or `#[timer({name:?}, retired)]` if a release before has set \
                 it; else leave this one out"
            );
            ctxt.error(&timer.name, message);
        }
    }
}
