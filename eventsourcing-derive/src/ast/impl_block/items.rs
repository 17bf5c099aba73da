//! Where the items of an `impl` block begin and end: what is between two braces need not be Rust yet.

use std::iter::{self, Peekable};

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::ImplItem;

use crate::tokens::{self, is_punct};

/// The tokens of each item. A function ends with its body, anything else with `;` or with the braces of a macro.
pub(super) fn items(block: TokenStream) -> impl Iterator<Item = Vec<TokenTree>> {
    let mut tokens = block.into_iter().peekable();
    iter::from_fn(move || next(&mut tokens))
}

fn next(tokens: &mut Peekable<IntoIter>) -> Option<Vec<TokenTree>> {
    let mut item = vec![tokens.next()?];
    let mut is_function = false;
    while let Some(token) = tokens.next() {
        is_function |= begins_function(item.last(), &token);
        let is_end = match &token {
            // `Foo<{ N }>` is a type; `[u8; { N }]` is in a group of its own.
            TokenTree::Group(group) if is_function => block_in(group).is_some() && !is_in_angles(tokens.peek()),
            TokenTree::Group(group) => {
                group.delimiter() == Delimiter::Brace && item.last().is_some_and(|last| is_punct(last, '!'))
            }
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        };
        item.push(token);
        if is_end {
            break;
        }
    }
    Some(item)
}

/// The body at the end of an item, if it is a function with one.
pub(super) fn body(item: &[TokenTree]) -> Option<Group> {
    match item.last() {
        Some(TokenTree::Group(last)) if is_function(item) => block_in(last),
        _ => None,
    }
}

pub(super) fn is_function(item: &[TokenTree]) -> bool {
    item.windows(2).any(|two| matches!(two, [word, name] if begins_function(Some(word), name)))
}

/// Whether nothing but the arguments of a function is wrong, which ends for rustc with them.
pub(super) fn has_wrong_arguments(item: &[TokenTree]) -> bool {
    let emptied = item.iter().map(|token| match token {
        TokenTree::Group(group) if group.delimiter() != Delimiter::Bracket => {
            TokenTree::Group(Group::new(group.delimiter(), TokenStream::new()))
        }
        other => other.clone(),
    });
    syn::parse2::<ImplItem>(emptied.collect()).is_ok()
}

/// `Box<FnOnce(u8)>` and `&Fn(u8)`, which are types before 2021, and which `syn` does not know.
pub(super) fn bare_function_trait(item: &[TokenTree]) -> Option<syn::Error> {
    let (_, signature) = item.split_last()?;
    tokens::find_map(signature.iter().cloned().collect(), &mut |before, here| match here {
        [TokenTree::Ident(name), TokenTree::Group(arguments), ..]
            if ["Fn", "FnMut", "FnOnce"].iter().any(|word| name == word)
                && arguments.delimiter() == Delimiter::Parenthesis
                && before.last().is_some_and(|last| ['<', '&', ','].iter().any(|char| is_punct(last, *char))) =>
        {
            Some(syn::Error::new(name.span(), format_args!("write `dyn {name}(..)`")))
        }
        _ => None,
    })
}

/// `fn name`; `fn(u8)` is a type.
fn begins_function(word: Option<&TokenTree>, name: &TokenTree) -> bool {
    matches!((word, name), (Some(TokenTree::Ident(word)), TokenTree::Ident(_)) if word == "fn")
}

/// `{ .. }`, also as the `$block` of a `macro_rules!`, which has invisible brackets.
fn block_in(group: &Group) -> Option<Group> {
    match group.delimiter() {
        Delimiter::Brace => Some(group.clone()),
        Delimiter::None => {
            let mut tokens = group.stream().into_iter();
            match (tokens.next(), tokens.next()) {
                (Some(TokenTree::Group(inner)), None) => block_in(&inner),
                _ => None,
            }
        }
        Delimiter::Parenthesis | Delimiter::Bracket => None,
    }
}

fn is_in_angles(after: Option<&TokenTree>) -> bool {
    after.is_some_and(|after| is_punct(after, '>') || is_punct(after, ','))
}
