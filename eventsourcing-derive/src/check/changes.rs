//! The rule that events alone change an aggregate, where it is a value: one that a function made by an event, or was given.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, Ident, Pat};

use crate::ast::events::Events;
use crate::ast::function::Function;
use crate::ast::impl_block::BlockItem;
use crate::ast::part::Part;
use crate::ast::process::Process;
use crate::ast::self_type::SelfType;
use crate::ctxt::Ctxt;
use crate::spelled::of_option;
use crate::tokens::{self, is_punct, is_word};

/// What is not an event changes no aggregate. (The borrow checker sees to `&mut self`; here is what can be seen of the rest.)
pub(super) fn by_events_alone(ctxt: &Ctxt, events: &Events<'_>) {
    let creating: Vec<_> =
        events.events().filter(|method| method.creates).map(|method| &method.original.sig.ident).collect();
    let functions = events.parts.iter().filter_map(|part| match part {
        Part::Command(command) => Some(command.original),
        Part::Plain(BlockItem::Fn(function)) => Some(function),
        Part::Event(_) | Part::Upcaster(_) | Part::Plain(_) => None,
    });
    for function in functions {
        check(ctxt, &events.aggregate, &creating, function, given(&events.aggregate, function));
    }
}

/// The same of a process, whose handlers may be given one as a value. (Of `&mut self`, the borrow checker finds the rest.)
pub(super) fn by_events_of_the_process_alone(ctxt: &Ctxt, process: &Process<'_>) {
    for function in process.original.functions() {
        let mut whole = given(&process.this, function);
        whole.extend(process.is_command(function).then(|| "self".to_owned()));
        check(ctxt, &process.this, &[], function, whole);
    }
}

/// `whole` are the names of whole aggregates that the function is given.
fn check(ctxt: &Ctxt, aggregate: &SelfType, creating: &[&Ident], function: &Function, whole: Vec<String>) {
    let takes_this = takes_this(aggregate, function);
    let mut body = Body { ctxt, aggregate, creating, whole, takes_this };
    tokens::each(function.block.stream(), |before, here| body.read(before, here));
}

/// Whether it has an argument `this: Option<Self>`.
fn takes_this(aggregate: &SelfType, function: &Function) -> bool {
    function.sig.inputs.iter().any(|argument| match argument {
        FnArg::Typed(argument) => {
            matches!(&*argument.pat, Pat::Ident(pattern) if pattern.ident == "this")
                && of_option(&argument.ty).is_some_and(|ty| aggregate.is(ty))
        }
        FnArg::Receiver(_) => false,
    })
}

/// The arguments that are aggregates, and can be changed.
fn given(aggregate: &SelfType, function: &Function) -> Vec<String> {
    let arguments = function.sig.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(argument) if aggregate.is(&argument.ty) => match &*argument.pat {
            Pat::Ident(pattern) if pattern.mutability.is_some() => Some(pattern.ident.to_string()),
            _ => None,
        },
        FnArg::Typed(_) | FnArg::Receiver(_) => None,
    });
    arguments.collect()
}

/// The body of a function, as far as it is read.
struct Body<'a> {
    ctxt: &'a Ctxt,
    aggregate: &'a SelfType,
    creating: &'a [&'a Ident],
    /// The names of whole aggregates.
    whole: Vec<String>,
    takes_this: bool,
}

impl Body<'_> {
    fn read(&mut self, before: &[TokenTree], here: &[TokenTree]) {
        match here {
            [word, of_let @ ..] if is_word(word, "let") => self.whole.extend(self.made(of_let)),
            [word, TokenTree::Group(pattern), ..] if self.takes_this && is_word(word, "Some") => {
                self.whole.extend(bound_to_change(&pattern.stream().into_iter().collect::<Vec<_>>()));
            }
            [TokenTree::Ident(name), ..] if self.is_whole(name) && changes(before, here) => self.refuse(name),
            [dot, second, rest @ ..] if is_punct(dot, '.') && is_punct(second, '.') && self.is_aggregate(rest) => {
                self.refuse(rest.iter().take(1).cloned().collect::<TokenStream>());
            }
            _ => {}
        }
    }

    fn is_whole(&self, name: &Ident) -> bool {
        self.whole.iter().any(|whole| name == whole)
    }

    fn refuse(&self, changed: impl ToTokens) {
        self.ctxt.error(changed, "this changes an aggregate without an event: call an event that does so");
    }

    /// `mut name = Self::create(..);` or `mut name = self;`.
    fn made(&self, of_let: &[TokenTree]) -> Option<String> {
        let [mutability, TokenTree::Ident(name), equal, value @ ..] = of_let else { return None };
        let end = value.iter().position(|token| is_punct(token, ';'))?;
        let is_whole = is_word(mutability, "mut") && is_punct(equal, '=') && self.is_aggregate(value.get(..end)?);
        is_whole.then(|| name.to_string())
    }

    /// `Self::create(..)` or `self`, and nothing behind it.
    fn is_aggregate(&self, value: &[TokenTree]) -> bool {
        match value {
            [this] => is_word(this, "self"),
            [this, dot, ..] if self.takes_this && is_word(this, "this") => is_punct(dot, '.'),
            [TokenTree::Ident(ty), first, second, TokenTree::Ident(name), TokenTree::Group(arguments)] => {
                (ty == "Self" || *ty == self.aggregate.ident)
                    && is_punct(first, ':')
                    && is_punct(second, ':')
                    && self.creating.contains(&name)
                    && arguments.delimiter() == Delimiter::Parenthesis
            }
            _ => false,
        }
    }
}

/// `mut name` of `Some(mut name)`.
fn bound_to_change(pattern: &[TokenTree]) -> Option<String> {
    match pattern {
        [mutability, TokenTree::Ident(name)] if is_word(mutability, "mut") => Some(name.to_string()),
        _ => None,
    }
}

/// Whether a field of a value is assigned to, or borrowed to be changed.
fn changes(before: &[TokenTree], value_and_rest: &[TokenTree]) -> bool {
    if before.last().is_some_and(|before| is_punct(before, '.')) {
        return false;
    }
    let mut rest = value_and_rest.get(1..).unwrap_or_default();
    let mut is_part = false;
    loop {
        rest = match rest {
            [dot, TokenTree::Ident(_), TokenTree::Group(call), ..]
                if is_punct(dot, '.') && call.delimiter() == Delimiter::Parenthesis =>
            {
                return false;
            }
            [dot, TokenTree::Ident(_) | TokenTree::Literal(_), rest @ ..] if is_punct(dot, '.') => rest,
            [TokenTree::Group(index), rest @ ..] if is_part && index.delimiter() == Delimiter::Bracket => rest,
            _ => break,
        };
        is_part = true;
    }
    let is_borrowed = matches!(before, [.., and, word] if is_punct(and, '&') && is_word(word, "mut"));
    is_part && (is_borrowed || is_assignment(rest))
}

/// `=` or `+=`, and not `==`, `=>` or `<=`.
fn is_assignment(tokens: &[TokenTree]) -> bool {
    let operator: String = tokens
        .iter()
        .scan(true, |is_joint, token| match token {
            TokenTree::Punct(punct) if *is_joint => {
                *is_joint = punct.spacing() == Spacing::Joint;
                Some(punct.as_char())
            }
            _ => None,
        })
        .collect();
    let operators = ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="];
    operators.iter().any(|assignment| operator == *assignment)
}
