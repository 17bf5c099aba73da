//! Replaces tokens of a body, but not inside of items: these have a `Self` and a `self` of their own.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

use crate::tokens::{is_group, is_punct, is_word};

/// A token among those that stand beside it.
pub(crate) struct Place<'a> {
    tokens: &'a [TokenTree],
    at: usize,
    /// The macro that has them as its arguments.
    called: Option<&'a TokenTree>,
}

impl<'a> Place<'a> {
    /// So many tokens before it.
    pub(crate) fn before(&self, distance: usize) -> Option<&'a TokenTree> {
        self.at.checked_sub(distance).and_then(|at| self.tokens.get(at))
    }

    /// So many tokens after it.
    pub(crate) fn after(&self, distance: usize) -> Option<&'a TokenTree> {
        self.tokens.get(self.at + distance)
    }

    /// Whether it stands first among the arguments of a macro of this name.
    pub(crate) fn is_first_in(&self, name: &str) -> bool {
        self.at == 0 && self.called.is_some_and(|called| is_word(called, name))
    }
}

/// What takes the place of a token, or of that and some after it.
pub(crate) struct Replaced {
    pub(crate) by: TokenStream,
    /// How many tokens it takes the place of.
    pub(crate) count: usize,
}

impl From<TokenStream> for Replaced {
    fn from(by: TokenStream) -> Self {
        Self { by, count: 1 }
    }
}

/// What takes the place of a token.
pub(crate) type Replace<'r> = dyn Fn(&TokenTree, &Place<'_>) -> Option<Replaced> + 'r;

/// The same tokens with what `replace` gives for some of them, inside of macros too. `None` if it gives nothing for any.
///
/// A group of the user's has two braces, each in its place, and one that is made here has one place for both, which `at` says.
pub(crate) fn replaced(tokens: TokenStream, at: fn(&Group) -> Span, replace: &Replace<'_>) -> Option<TokenStream> {
    replaced_within(tokens, (Delimiter::None, None), at, replace)
}

fn replaced_within(
    tokens: TokenStream,
    (within, called): (Delimiter, Option<&TokenTree>),
    span: fn(&Group) -> Span,
    replace: &Replace<'_>,
) -> Option<TokenStream> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let (mut output, mut is_changed) = (TokenStream::new(), false);
    let (mut is_in_item, mut next) = (false, 0);
    for (at, token) in tokens.iter().enumerate() {
        if at < next {
            continue;
        }
        let place = Place { tokens: &tokens, at, called };
        if is_in_item || begins_item(token, &place, within) {
            is_in_item = !(is_group(token, Delimiter::Brace) || is_punct(token, ';'));
            output.extend([token.clone()]);
            continue;
        }
        let new = match token {
            TokenTree::Group(group) => {
                let called = place.before(1).filter(|bang| is_punct(bang, '!')).and_then(|_| place.before(2));
                replaced_within(group.stream(), (group.delimiter(), called), span, replace).map(|inner| {
                    let mut new = Group::new(group.delimiter(), inner);
                    new.set_span(span(group));
                    TokenStream::from(TokenTree::Group(new)).into()
                })
            }
            other => replace(other, &place),
        };
        is_changed |= new.is_some();
        let new = new.unwrap_or_else(|| TokenStream::from(token.clone()).into());
        next = at + new.count;
        output.extend(new.by);
    }
    is_changed.then_some(output)
}

/// Whether an item begins here. `impl` does so only as a statement; elsewhere it is a type.
fn begins_item(token: &TokenTree, place: &Place<'_>, within: Delimiter) -> bool {
    let TokenTree::Ident(word) = token else { return false };
    let is_named = matches!(place.after(1), Some(TokenTree::Ident(_)));
    let is_statement = within == Delimiter::Brace && place.before(1).is_none_or(ends_statement);
    (is_named && ["struct", "enum", "union", "trait"].iter().any(|item| word == item))
        || (is_statement && word == "impl")
}

/// Whether a statement can begin after this: `;`, `}`, the end of an attribute, or `unsafe`.
fn ends_statement(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => matches!(group.delimiter(), Delimiter::Brace | Delimiter::Bracket),
        TokenTree::Ident(word) => word == "unsafe",
        other => is_punct(other, ';'),
    }
}
