//! A number that differs when events are folded in another way: FNV-1a of what does it, as it is written.
//! <http://www.isthe.com/chongo/tech/comp/fnv/>

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Ident, ImplItem};

use crate::ast::function::Function;
use crate::ast::impl_block::BlockItem;
use crate::tokens::{self, is_punct};

/// The revision of these functions, each with what it is known by, and of what of their block they call or name, one by way of another.
/// What stands elsewhere is not seen.
pub(super) fn revision<'a>(
    functions: impl Iterator<Item = (&'a Ident, &'a Function)>,
    beside: impl Iterator<Item = &'a BlockItem>,
) -> u64 {
    let mut text = String::new();
    let mut named = Vec::new();
    for (name, function) in functions {
        write(name, &body(function), &mut text, &mut named);
    }
    let mut beside: Vec<_> = beside.filter_map(item).collect();
    // In the order in which they stand, each time from the first.
    while let Some(at) = beside.iter().position(|(name, _)| named.contains(&name.to_string())) {
        let (name, tokens) = beside.remove(at);
        write(name, &tokens, &mut text, &mut named);
    }
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn write(name: &Ident, tokens: &TokenStream, text: &mut String, named: &mut Vec<String>) {
    text.push_str(&name.to_string());
    write_tokens(tokens.clone(), text);
    items_named(tokens.clone(), named);
}

/// What may be an item of the block: `Self::name`, and `.name(..)`, but not the field `self.name`.
fn items_named(tokens: TokenStream, named: &mut Vec<String>) {
    tokens::each(tokens, |before, here| {
        let [TokenTree::Ident(ident), after @ ..] = here else { return };
        let is_after = |char| before.last().is_some_and(|before| is_punct(before, char));
        let is_called = after.first().is_some_and(|after| matches!(after, TokenTree::Group(_)) || is_punct(after, ':'));
        if is_after(':') || (is_after('.') && is_called) {
            named.push(ident.to_string());
        }
    });
}

/// The tokens without what is between them, which is rustfmt's: what is within a text is the user's.
fn write_tokens(tokens: TokenStream, text: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Literal(literal) => text.push_str(&literal.to_string()),
            TokenTree::Group(group) => {
                let empty = TokenTree::Group(Group::new(group.delimiter(), TokenStream::new()));
                let delimiters: String = empty.to_string().split_whitespace().collect();
                let (open, close) = delimiters.split_at(delimiters.len() / 2);
                text.push_str(open);
                write_tokens(group.stream(), text);
                text.push_str(close);
            }
            other => text.push_str(&other.to_string()),
        }
    }
}

/// An item of the block that a function can name.
fn item(item: &BlockItem) -> Option<(&Ident, TokenStream)> {
    match item {
        BlockItem::Fn(function) => Some((&function.sig.ident, body(function))),
        BlockItem::Other(other) => match &**other {
            ImplItem::Const(constant) => Some((&constant.ident, constant.expr.to_token_stream())),
            ImplItem::Type(ty) => Some((&ty.ident, ty.ty.to_token_stream())),
            _ => None,
        },
        BlockItem::Unread { .. } => None,
    }
}

fn body(function: &Function) -> TokenStream {
    let mut tokens = function.sig.inputs.to_token_stream();
    function.block.to_tokens(&mut tokens);
    tokens
}
