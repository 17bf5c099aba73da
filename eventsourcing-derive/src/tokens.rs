//! Tokens as such: a body need not be Rust yet.

pub(crate) mod outside_items;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

pub(crate) fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

pub(crate) fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

pub(crate) fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

/// Visits each token, and those of each group after it: with what stands before it in its group, and with itself and what stands after it.
pub(crate) fn each(tokens: TokenStream, mut visit: impl FnMut(&[TokenTree], &[TokenTree])) {
    any(tokens, |before, here| {
        visit(before, here);
        false
    });
}

/// Whether this is so of one of them.
pub(crate) fn any(tokens: TokenStream, mut is: impl FnMut(&[TokenTree], &[TokenTree]) -> bool) -> bool {
    find_map(tokens, &mut |before, here| is(before, here).then_some(())).is_some()
}

/// What is found first.
pub(crate) fn find_map<T>(
    tokens: TokenStream,
    find: &mut impl FnMut(&[TokenTree], &[TokenTree]) -> Option<T>,
) -> Option<T> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    (0..tokens.len()).find_map(|at| {
        let (before, here) = tokens.split_at(at);
        find(before, here).or_else(|| match here {
            [TokenTree::Group(group), ..] => find_map(group.stream(), find),
            _ => None,
        })
    })
}

/// All identifiers.
pub(crate) fn words(tokens: TokenStream) -> Vec<String> {
    let mut words = Vec::new();
    each(tokens, |_, here| {
        if let [TokenTree::Ident(ident), ..] = here {
            words.push(ident.to_string());
        }
    });
    words
}

/// The same tokens, in another place. What they mean stays what it was: in a `macro_rules!`, another `self` may stand there.
pub(crate) fn located_at(span: Span, tokens: TokenStream) -> TokenStream {
    let locate = |mut token: TokenTree| {
        token.set_span(token.span().located_at(span));
        token
    };
    tokens.into_iter().map(locate).collect()
}

/// Text that another macro reads as of its own edition: before 2024, a user's type or module may be called `gen`.
pub(crate) fn text_in_any_edition(tokens: TokenStream) -> String {
    fn raw(tokens: TokenStream) -> TokenStream {
        let raw_token = |token| match token {
            TokenTree::Ident(ident) if ident == "gen" => TokenTree::Ident(Ident::new_raw("gen", ident.span())),
            TokenTree::Group(group) => TokenTree::Group(Group::new(group.delimiter(), raw(group.stream()))),
            other => other,
        };
        tokens.into_iter().map(raw_token).collect()
    }
    raw(tokens).to_string()
}
