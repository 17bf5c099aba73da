//! What the body of an event must not say. It is found by its words, so what is called elsewhere is not seen: the runtime guards the root, and
//! compares what is saved with what the events make.

use std::collections::HashSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;

use crate::ast::events::Events;
use crate::ctxt::Ctxt;
use crate::scope::imports;
use crate::tokens::{self, is_punct, is_word};

/// Whose functions give something else each time.
pub(crate) const CRATES_OF_CHANCE: [&str; 2] = ["fastrand", "rand"];

/// Those of `rand`.
const CHANCE: [&str; 7] = ["random", "random_bool", "random_iter", "random_range", "random_ratio", "rng", "thread_rng"];

const OF_ENV: [&str; 8] = ["args", "args_os", "current_dir", "temp_dir", "var", "var_os", "vars", "vars_os"];

/// `imported` is what the file imports from the crates of chance: a name alone, as `random()`, is refused if it is among that, or is imported in the body,
/// and the event has no argument, variable, closure or function of that name.
pub(super) fn check(ctxt: &Ctxt, events: &Events<'_>, imported: &HashSet<String>) {
    for method in events.events() {
        let body = method.original.block.to_token_stream();
        let mut chance = imports::in_tokens(body.clone(), &CRATES_OF_CHANCE);
        chance.extend(imported.iter().cloned());
        chance.retain(|name| !method.event.fields.iter().any(|field| field.ident == name) && !binds(&body, name));
        tokens::each(body, |before, here| {
            let Some(call) = Call::at(before, here) else { return };
            depends_on_the_event_alone(ctxt, &call, &chance);
            if !method.creates {
                leaves_the_root_alone(ctxt, &call);
            }
        });
    }
}

/// An event that has another root is saved as another aggregate, and what was pending is lost. (Of `self.root = ..` the compiler is asked what that
/// field is: `expand::root`.)
fn leaves_the_root_alone(ctxt: &Ctxt, call: &Call<'_>) {
    if call.is_of(&["Root"]) && call.is_called(&["new", "named", "with_id"]) {
        ctxt.error(
            call.written(),
            "an event that takes `&mut self` leaves the root alone: with another, the aggregate would be another, and its pending events lost; \
             replace the other fields, as in `*self = Self { balance: 0, ..self.clone() }`",
        );
    }
}

/// The body runs again whenever the history is read, so a clock, a new id, chance and what happens to be pending make another state then.
fn depends_on_the_event_alone(ctxt: &Ctxt, call: &Call<'_>, chance: &HashSet<String>) {
    if call.is_called(&["pending_events"]) {
        ctxt.error(
            call.written(),
            "an event cannot depend on what is pending: nothing is when the history is read; take it as an argument, which is stored",
        );
    } else if call.differs_each_time(chance) {
        let text = call.written().to_string().replace(' ', "");
        ctxt.error(
            call.written(),
            format_args!(
                "an event cannot call `{text}`: its body runs again whenever the history is read, and that gives something else each \
                 time; take it as an argument, which is stored"
            ),
        );
    }
}

/// A call of a function, `Type::name(..)`, `value.name(..)` or `name::<T>(..)`, or a function that something else is to call: `Type::name`.
struct Call<'a> {
    name: &'a TokenTree,
    /// The type or module that it is of, and what stands between that and the name.
    of: &'a [TokenTree],
    /// The module that this is of.
    module: Option<&'a TokenTree>,
    is_without_arguments: bool,
    is_method: bool,
}

impl<'a> Call<'a> {
    /// The call whose name stands here.
    fn at(before: &'a [TokenTree], here: &'a [TokenTree]) -> Option<Self> {
        let [name @ TokenTree::Ident(_), after @ ..] = here else { return None };
        let start = match before {
            [.., epoch, dot] if is_punct(dot, '.') && is_word(epoch, "UNIX_EPOCH") => before.len() - 2,
            _ => before_colons(before).and_then(before_turbofish).unwrap_or(before.len()),
        };
        let (leading, of) = before.split_at_checked(start).unwrap_or_default();
        let module = before_colons(leading).and_then(<[_]>::last);
        let is_path = after.first().is_some_and(|after| is_punct(after, ':'));
        let is_without_arguments = match if is_path { after.get(end_of_turbofish(after)?) } else { after.first() } {
            Some(TokenTree::Group(arguments)) if arguments.delimiter() == Delimiter::Parenthesis => {
                arguments.stream().is_empty()
            }
            Some(TokenTree::Group(_)) => return None,
            _ if of.is_empty() => return None,
            _ => true,
        };
        let is_method = before.last().is_some_and(|before| is_punct(before, '.'));
        Some(Self { name, of, module, is_without_arguments, is_method })
    }

    /// Its name, and that of its type or module.
    fn written(&self) -> TokenStream {
        self.of.iter().chain([self.name]).cloned().collect()
    }

    fn is_called(&self, names: &[&str]) -> bool {
        names.iter().any(|name| is_word(self.name, name))
    }

    fn is_of(&self, types: &[&str]) -> bool {
        let of = self.of.iter().find(|token| matches!(token, TokenTree::Ident(_)));
        of.is_some_and(|of| types.iter().any(|ty| is_word(of, ty)))
    }

    /// Whether it is known to give something else each time.
    fn differs_each_time(&self, chance: &HashSet<String>) -> bool {
        let is_own = self.is_of(&["Self"]);
        let makes_id = self.is_of(&["Id", "CommitId"]) && self.is_called(&["new"]);
        let is_clock = !self.of.is_empty() && self.is_called(&["now"]);
        let is_of_chance = match self.module {
            Some(module) => is_word(module, "fastrand"),
            None => chance.contains("Rng"),
        };
        let makes_chance = is_of_chance && self.is_of(&["Rng"]) && self.is_called(&["new", "default"]);
        (self.is_without_arguments && (makes_id || is_clock || makes_chance) && !is_own)
            || self.is_called(&[
                "from_entropy",
                "from_os_rng",
                "now_utc",
                "now_local",
                "now_v1",
                "now_v6",
                "now_v7",
                "new_v4",
            ])
            || (self.is_of(&["UNIX_EPOCH", "SystemTime", "Instant"]) && self.is_called(&["elapsed"]))
            || (self.is_of(&["env"]) && self.is_called(&OF_ENV))
            || (self.is_of(&["rand"]) && self.is_called(&CHANCE))
            || (self.is_of(&["fastrand"]) && self.is_in_lower_case())
            || (self.of.is_empty() && !self.is_method && chance.contains(&self.name.to_string()))
    }

    /// Whether it is a function, not a type or a variant.
    fn is_in_lower_case(&self) -> bool {
        self.name.to_string().starts_with(char::is_lowercase)
    }
}

/// Whether a body gives this name to something of its own.
fn binds(body: &TokenStream, name: &str) -> bool {
    tokens::any(body.clone(), |before, here| {
        let is_bound =
            |before: &TokenTree| is_punct(before, '|') || ["fn", "let", "mut"].iter().any(|word| is_word(before, word));
        here.first().is_some_and(|here| is_word(here, name)) && before.last().is_some_and(is_bound)
    })
}

/// What stands before the `::` that is at the end.
fn before_colons(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    match tokens {
        [before @ .., first, second] if is_punct(first, ':') && is_punct(second, ':') => Some(before),
        _ => None,
    }
}

/// Where the name is that stands at the end, before generic arguments if there are any: of `Id::<Line>`, that of `Id`. Of `<Id<Line>>`, the start.
fn before_turbofish(tokens: &[TokenTree]) -> Option<usize> {
    let end = tokens.len().checked_sub(1)?;
    if !is_punct(tokens.get(end)?, '>') {
        return Some(end);
    }
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().rev() {
        depth += usize::from(is_punct(token, '>'));
        depth -= usize::from(is_punct(token, '<')).min(depth);
        if depth == 0 {
            let before = tokens.get(..at)?;
            let name = before_colons(before).unwrap_or(before);
            return Some(if let [.., TokenTree::Ident(_)] = name { name.len() - 1 } else { at });
        }
    }
    None
}

/// Where the token after the `::<..>` stands that is at the start.
fn end_of_turbofish(tokens: &[TokenTree]) -> Option<usize> {
    if !(is_punct(tokens.get(1)?, ':') && is_punct(tokens.get(2)?, '<')) {
        return None;
    }
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(2) {
        depth += usize::from(is_punct(token, '<'));
        depth -= usize::from(is_punct(token, '>')).min(depth);
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}
