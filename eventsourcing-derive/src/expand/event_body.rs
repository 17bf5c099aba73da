//! The body of an event, moved to where its event is applied.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Block, Ident};

use crate::ast::event_method::EventMethod;
use crate::ast::field::Field;
use crate::tokens::{self, is_punct, is_word};

/// The body, with what was borrowed lent to it again.
pub(super) fn body(method: &EventMethod<'_>) -> TokenStream {
    let lent = method.event.fields.iter().filter(|field| is_read(method, field)).filter_map(|field| {
        let (lent, mutability, ident) = (field.lent.as_ref()?, field.mutability, &field.ident);
        let owned = owned(field);
        Some(quote!(let #mutability #ident: &#lent = ::core::borrow::Borrow::borrow(&#owned);))
    });
    let lent: Vec<_> = lent.collect();
    let block = &method.original.block;
    if !lent.is_empty() {
        let block = with_braces_made_here(block);
        return quote!({ #(#lent)* #block });
    }
    let is_argument = method.creates && !leaves_early(method);
    if is_argument { with_braces_made_here(block) } else { block.clone() }.to_token_stream()
}

/// A body that becomes a value among others, so that no lint says that the user's braces are not needed. One that is not finished keeps its own,
/// which rustc has named already.
fn with_braces_made_here(block: &Group) -> Group {
    if syn::parse2::<Block>(block.to_token_stream()).is_err() {
        return block.clone();
    }
    let mut braces = Group::new(Delimiter::Brace, block.stream());
    braces.set_span(block.span().resolved_at(Span::call_site()));
    braces
}

/// What a lent field is bound to; under its own name it would be shadowed.
pub(super) fn owned(field: &Field) -> Ident {
    // Hygienic: a field may have that very name.
    format_ident!("__{}", field.ident.unraw(), span = Span::mixed_site())
}

/// Whether the body names a field. An event may say more than the state keeps, of which no lint is to complain.
pub(super) fn is_read(method: &EventMethod<'_>, field: &Field) -> bool {
    let wanted = field.ident.unraw();
    tokens::any(method.original.block.to_token_stream(), |before, here| match here {
        [TokenTree::Ident(ident), ..] => {
            // After one dot, a name is that of a field or a method, as in `self.amount`; two are a range's.
            let dots = before.iter().rev().take_while(|token| is_punct(token, '.')).count();
            dots != 1 && ident.unraw() == wanted
        }
        // `"{amount}"` or `"{:amount$}"`.
        [TokenTree::Literal(literal), ..] => {
            let text = literal.to_string();
            text.contains(&format!("{{{wanted}")) || text.contains(&format!("{wanted}$"))
        }
        _ => false,
    })
}

/// Whether the body may be left before its end.
pub(super) fn leaves_early(method: &EventMethod<'_>) -> bool {
    const LEAVING: [&str; 5] = ["return", "panic", "todo", "unimplemented", "unreachable"];
    tokens::any(method.original.block.to_token_stream(), |_, here| {
        let is_leaving = |token| is_punct(token, '?') || LEAVING.iter().any(|word| is_word(token, word));
        here.first().is_some_and(is_leaving)
    })
}
