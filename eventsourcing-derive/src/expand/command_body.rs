//! The body of a command, moved to where `self` is not the aggregate, and still reads as it.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Block;

use crate::ast::command::Command;
use crate::ast::self_type::SelfType;
use crate::expand::wrapper::Wrapper;
use crate::tokens::outside_items::{self, Place, Replaced};
use crate::tokens::{self, is_group, is_punct, is_word};

/// A body with the aggregate's type for `Self`, and the aggregate where it says `*self` or takes `self` apart. In `Self::method(self, ..)`, the
/// method is that of what `self` is.
pub(super) fn body(aggregate: &SelfType, wrapper: &Wrapper, command: &Command<'_>) -> TokenStream {
    let block = &command.original.block;
    let replace = |token: &TokenTree, place: &Place<'_>| match token {
        TokenTree::Ident(ty) if is_of_wrapper(ty, place, aggregate, wrapper, command) => {
            let ident = Ident::new(&wrapper.ident.to_string(), ty.span().resolved_at(wrapper.ident.span()));
            Some(ident.to_token_stream())
        }
        TokenTree::Punct(star) if star.as_char() == '*' && reads_all(place) => Some(quote_spanned!(star.span()=> **)),
        TokenTree::Ident(this) if this == "self" && is_taken_apart(aggregate, place) => {
            let to_aggregate = quote_spanned!(this.span()=> &**);
            Some(quote!(#to_aggregate #this))
        }
        _ => aggregate.in_place_of(token),
    };
    let replace = |token: &TokenTree, place: &Place<'_>| replace(token, place).map(Replaced::from);
    let replaced = |at| outside_items::replaced(block.to_token_stream(), at, &replace);
    match replaced(Group::span) {
        None => block.to_token_stream(),
        // rustc has said once already that something is missing before a closing brace, and says it again of another place.
        Some(body) if syn::parse2::<Block>(body.clone()).is_err() => replaced(Group::span_close).unwrap_or(body),
        Some(body) => body,
    }
}

/// Whether a `Self` is that of `Self::method(self, ..)`, or of another aggregate in the place of this one.
fn is_of_wrapper(
    ty: &Ident,
    place: &Place<'_>,
    aggregate: &SelfType,
    wrapper: &Wrapper,
    command: &Command<'_>,
) -> bool {
    let is_type =
        *ty == "Self" || (*ty == aggregate.ident && !place.before(1).is_some_and(|before| is_punct(before, ':')));
    let (Some(first), Some(second), Some(TokenTree::Ident(method)), Some(TokenTree::Group(arguments))) =
        (place.after(1), place.after(2), place.after(3), place.after(4))
    else {
        return false;
    };
    let is_path =
        is_type && is_punct(first, ':') && is_punct(second, ':') && wrapper.methods.contains(&method.to_string());
    is_path && arguments.delimiter() == Delimiter::Parenthesis && {
        let mut arguments = arguments.stream().into_iter();
        let receiver = arguments.next();
        let is_whole = arguments.next().is_none_or(|after| is_punct(&after, ','));
        matches!(receiver, Some(TokenTree::Ident(name)) if is_whole && command.holds_as(&name))
    }
}

/// Whether a `*` is that of a `*self` that is read. What compares is found by its own trait.
fn reads_all(star: &Place<'_>) -> bool {
    let is_self = star.after(1).is_some_and(|next| is_word(next, "self"));
    let is_part =
        |after: &TokenTree| is_punct(after, '.') || is_punct(after, '?') || is_group(after, Delimiter::Bracket);
    let is_compared = |after: &TokenTree| is_punct(after, '=') || is_punct(after, '!');
    let compares = star.after(2).is_some_and(is_compared) && star.after(3).is_some_and(|equal| is_punct(equal, '='));
    let is_reborrow = star.before(1).is_some_and(|before| is_word(before, "mut"));
    is_self
        && !star.after(2).is_some_and(is_part)
        && !compares
        && !is_reborrow
        && !star.before(1).is_some_and(ends_operand)
}

/// Whether a `*` after it multiplies.
fn ends_operand(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::Bracket),
        TokenTree::Ident(word) => {
            !["break", "else", "if", "in", "match", "return", "while"].iter().any(|before| word == before)
        }
        TokenTree::Literal(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == '?',
    }
}

/// Whether a pattern of the aggregate is held against a `self`: in `match self { .. }`, `let Self { .. } = self` and `matches!(self, ..)`.
fn is_taken_apart(aggregate: &SelfType, this: &Place<'_>) -> bool {
    let before = |distance, is: &dyn Fn(&TokenTree) -> bool| this.before(distance).is_some_and(is);
    let is_matched = before(1, &|token| is_word(token, "match"))
        && this.after(1).is_some_and(|after| is_group(after, Delimiter::Brace));
    let is_pattern = |token: &TokenTree| is_group(token, Delimiter::Brace) || is_group(token, Delimiter::Parenthesis);
    let is_type =
        |token: &TokenTree| matches!(token, TokenTree::Ident(name) if name == "Self" || *name == aggregate.ident);
    let is_whole = !this.after(1).is_some_and(|after| is_punct(after, '.') || is_punct(after, '?'));
    let is_bound =
        before(1, &|token| is_punct(token, '=')) && before(2, &is_pattern) && before(3, &is_type) && is_whole;
    let is_asked = this.is_first_in("matches") && this.after(1).is_some_and(|after| is_punct(after, ','));
    is_matched || is_bound || is_asked
}

/// Whether a body names `self` as a whole, and not only what it has.
pub(super) fn names_self(body: TokenStream) -> bool {
    tokens::any(body, |_, here| match here {
        [TokenTree::Ident(word), after @ ..] => {
            word == "self" && !after.first().is_some_and(|next| is_punct(next, '.'))
        }
        // `"{self}"`.
        [TokenTree::Literal(literal), ..] => literal.to_string().contains("{self"),
        _ => false,
    })
}

/// The macros of the standard library that say nothing but what is written in them.
const KNOWN_MACROS: [&str; 12] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "eprintln",
    "format",
    "matches",
    "panic",
    "println",
    "todo",
    "vec",
    "write",
];

/// Whether a body calls a macro that is not one of these, and may say anything.
pub(super) fn calls_macro(body: TokenStream) -> bool {
    tokens::any(body, |_, here| match here {
        [TokenTree::Ident(name), bang, TokenTree::Group(_), ..] if is_punct(bang, '!') => {
            !KNOWN_MACROS.iter().any(|known| name == known)
        }
        _ => false,
    })
}
