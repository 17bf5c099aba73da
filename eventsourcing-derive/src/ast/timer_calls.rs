//! The timers that the functions of a process set and cancel, as far as that can be seen.

use proc_macro2::{Delimiter, TokenTree};
use syn::LitStr;

use crate::ast::function::Function;
use crate::tokens::{self, is_punct, is_word};

/// What can be seen of them.
#[derive(Default)]
pub(crate) struct TimerCalls {
    /// Those that `cx` sets or cancels by a literal name.
    pub(crate) of_cx: Vec<LitStr>,
    /// The names of all that are set.
    pub(crate) set: Vec<String>,
    /// Whether others may be set: by a name that is no literal, or by a function that is given `cx`.
    pub(crate) may_set_others: bool,
}

impl TimerCalls {
    pub(super) fn of<'f>(functions: impl Iterator<Item = &'f Function>) -> Self {
        let mut calls = Self::default();
        for function in functions {
            tokens::each(function.block.stream(), |before, here| calls.read(before, here));
        }
        calls
    }

    fn read(&mut self, before: &[TokenTree], here: &[TokenTree]) {
        let is_part = before.last().is_some_and(|before| is_punct(before, '.'));
        match here {
            [dot, TokenTree::Ident(method), TokenTree::Group(arguments), ..]
                if is_punct(dot, '.') && arguments.delimiter() == Delimiter::Parenthesis =>
            {
                let name = first_literal(&arguments.stream().into_iter().collect::<Vec<_>>());
                let is_of_cx = matches!(before, [.., cx] if is_word(cx, "cx"))
                    && !matches!(before, [.., dot, _] if is_punct(dot, '.'));
                if method == "timer" {
                    self.may_set_others |= name.is_none();
                    self.set.extend(name.as_ref().map(LitStr::value));
                }
                if is_of_cx && (method == "timer" || method == "cancel") {
                    self.of_cx.extend(name);
                }
            }
            [cx, after @ ..] if is_word(cx, "cx") && !is_part => {
                self.may_set_others |= !after.first().is_some_and(|after| is_punct(after, '.'));
            }
            _ => {}
        }
    }
}

/// A text that is the whole of the first argument.
fn first_literal(arguments: &[TokenTree]) -> Option<LitStr> {
    match arguments {
        [TokenTree::Literal(literal), rest @ ..] if rest.first().is_none_or(|after| is_punct(after, ',')) => {
            syn::parse2(TokenTree::Literal(literal.clone()).into()).ok()
        }
        _ => None,
    }
}
