//! What the body of an event must not say. It is found by its words, so what is called elsewhere is not seen: the runtime guards the root, and
//! compares what is saved with what the events make.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;

use crate::ast::events::Events;
use crate::ctxt::Ctxt;
use crate::tokens::{each_level, is_punct, is_word};

pub(super) fn check(ctxt: &Ctxt, events: &Events<'_>) {
    for method in events.events() {
        each_level(method.original.block.to_token_stream(), &mut |tokens| {
            depends_on_the_event_alone(ctxt, tokens);
            if !method.creates {
                leaves_the_root_alone(ctxt, tokens);
            }
        });
    }
}

/// An event that has another root is saved as another aggregate, and what was pending is lost. (Of `self.root = ..` the compiler is asked what that
/// field is: `expand::root`.)
fn leaves_the_root_alone(ctxt: &Ctxt, tokens: &[TokenTree]) {
    for (at, token) in tokens.iter().enumerate() {
        if let Some(call) = Call::at(tokens, at)
            && call.of.is_some_and(|of| is_word(of, "Root"))
            && ["new", "named", "with_id"].iter().any(|name| is_word(token, name))
        {
            let written: TokenStream = tokens.get(call.from..=at).unwrap_or_default().iter().cloned().collect();
            ctxt.error(
                written,
                "an event that takes `&mut self` leaves the root alone: with another, the aggregate would be another, and its pending events lost; \
                 replace the other fields, as in `*self = Self { balance: 0, ..self.clone() }`",
            );
        }
    }
}

/// The body runs again whenever the history is read, so a clock, a new id, chance and what happens to be pending make another state then.
fn depends_on_the_event_alone(ctxt: &Ctxt, tokens: &[TokenTree]) {
    for (at, token) in tokens.iter().enumerate() {
        let Some(call) = Call::at(tokens, at) else { continue };
        let written: TokenStream = tokens.get(call.from..=at).unwrap_or_default().iter().cloned().collect();
        if is_word(token, "pending_events") {
            ctxt.error(
                written,
                "an event cannot depend on what is pending: nothing is when the history is read; take it as an argument, which is stored",
            );
        } else if call.differs_each_time(token) {
            let text = written.to_string().replace(' ', "");
            ctxt.error(
                written,
                format_args!(
                    "an event cannot call `{text}`: its body runs again whenever the history is read, and that gives something else each \
                     time; take it as an argument, which is stored"
                ),
            );
        }
    }
}

/// A call of a function: `Type::name(..)`, `value.name(..)` or `name::<T>(..)`.
struct Call<'a> {
    /// Where it begins, as far as the name of its type or module.
    from: usize,
    /// The type or module that it is of.
    of: Option<&'a TokenTree>,
    is_without_arguments: bool,
}

impl<'a> Call<'a> {
    /// The call whose name stands here.
    fn at(tokens: &'a [TokenTree], at: usize) -> Option<Self> {
        let TokenTree::Ident(_) = tokens.get(at)? else { return None };
        let arguments = match tokens.get(at + 1)? {
            TokenTree::Punct(punct) if punct.as_char() == ':' => tokens.get(end_of_turbofish(tokens, at + 1)?)?,
            other => other,
        };
        let TokenTree::Group(arguments) = arguments else { return None };
        if arguments.delimiter() != Delimiter::Parenthesis {
            return None;
        }
        let is_without_arguments = arguments.stream().is_empty();
        let of = before_colons(tokens, at).and_then(|before| before_turbofish(tokens, before));
        Some(Self { from: of.unwrap_or(at), of: of.and_then(|of| tokens.get(of)), is_without_arguments })
    }

    /// Whether it is known to give something else each time.
    fn differs_each_time(&self, name: &TokenTree) -> bool {
        let is_any = |names: &[&str]| names.iter().any(|known| is_word(name, known));
        let is_own = self.of.is_some_and(|of| is_word(of, "Self"));
        let makes_id = self.of.is_some_and(|of| is_word(of, "Id") || is_word(of, "CommitId")) && is_any(&["new"]);
        let is_clock = self.of.is_some() && is_any(&["now"]);
        (self.is_without_arguments && (makes_id || is_clock) && !is_own)
            || is_any(&["now_utc", "now_local", "now_v1", "now_v6", "now_v7", "new_v4"])
            || (is_any(&["random", "random_range", "thread_rng"]) && !is_own)
    }
}

/// Where what stands before `::` ends.
fn before_colons(tokens: &[TokenTree], at: usize) -> Option<usize> {
    let is_colon = |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_some_and(|token| is_punct(token, ':'));
    (is_colon(at.checked_sub(1)) && is_colon(at.checked_sub(2))).then(|| at.checked_sub(3)).flatten()
}

/// The name before generic arguments that end here: of `Id::<Line>`, where `Id` stands.
fn before_turbofish(tokens: &[TokenTree], end: usize) -> Option<usize> {
    if !is_punct(tokens.get(end)?, '>') {
        return Some(end);
    }
    let mut depth = 0_usize;
    for at in (0..=end).rev() {
        let token = tokens.get(at)?;
        depth += usize::from(is_punct(token, '>'));
        depth -= usize::from(is_punct(token, '<')).min(depth);
        if depth == 0 {
            return before_colons(tokens, at).or_else(|| at.checked_sub(1));
        }
    }
    None
}

/// Where the token after `::<..>` stands.
fn end_of_turbofish(tokens: &[TokenTree], start: usize) -> Option<usize> {
    if !(is_punct(tokens.get(start + 1)?, ':') && is_punct(tokens.get(start + 2)?, '<')) {
        return None;
    }
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(start + 2) {
        depth += usize::from(is_punct(token, '<'));
        depth -= usize::from(is_punct(token, '>')).min(depth);
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}
