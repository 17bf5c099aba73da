//! What `Self` is in an `impl` block, for code that is printed where it would be something else.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{Generics, PathArguments, Type, TypePath, parse_quote};

use crate::ast::ungrouped;
use crate::ctxt::Ctxt;

/// The type of an `impl` block.
pub(crate) struct SelfType {
    pub(crate) ident: Ident,
    /// As it is written: `Account<T>`.
    pub(crate) ty: Type,
    /// As it can stand wherever `Self` can: `Account::<T>`.
    anywhere: TokenStream,
}

impl SelfType {
    pub(crate) fn new(ctxt: &Ctxt, ty: &Type) -> Option<Self> {
        let Type::Path(path) = ungrouped(ty) else {
            ctxt.error(ty, "`#[events]` needs the name of a struct here");
            return None;
        };
        Self::of(path)
    }

    /// The type of a struct that is declared so.
    pub(crate) fn declared(ident: &Ident, generics: &Generics) -> Option<Self> {
        let (_, types, _) = generics.split_for_impl();
        Self::of(&parse_quote!(#ident #types))
    }

    fn of(path: &TypePath) -> Option<Self> {
        let ident = path.path.segments.last()?.ident.unraw();
        let mut anywhere = path.clone();
        for segment in &mut anywhere.path.segments {
            if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
                arguments.colon2_token.get_or_insert_default();
            }
        }
        Some(Self { ident, ty: Type::Path(path.clone()), anywhere: anywhere.into_token_stream() })
    }

    /// Whether a type is this one, as `Self` or by its name.
    pub(crate) fn is(&self, ty: &Type) -> bool {
        let ty = ungrouped(ty);
        is_self(ty) || ty.to_token_stream().to_string() == self.ty.to_token_stream().to_string()
    }

    /// The same tokens with this type for `Self`, inside of macros too, but not inside of items: these have a `Self` of
    /// their own.
    pub(crate) fn in_place_of_self(&self, tokens: TokenStream) -> TokenStream {
        self.replaced(tokens, Delimiter::None)
    }

    fn replaced(&self, tokens: TokenStream, within: Delimiter) -> TokenStream {
        let mut output = TokenStream::new();
        let mut before: Option<TokenTree> = None;
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let is_statement = within == Delimiter::Brace && before.as_ref().is_none_or(ends_statement);
            before = Some(token.clone());
            if begins_item(&token, tokens.peek(), is_statement) {
                output.extend([token]);
                for token in tokens.by_ref() {
                    let is_end = is_brace(&token) || is_punct(&token, ';');
                    before = Some(token.clone());
                    output.extend([token]);
                    if is_end {
                        break;
                    }
                }
                continue;
            }
            match token {
                TokenTree::Ident(ident) if ident == "Self" => {
                    let span = ident.span();
                    output.extend(self.anywhere.clone().into_iter().map(|mut token| {
                        token.set_span(span);
                        token
                    }));
                }
                TokenTree::Group(group) => {
                    let mut replaced = Group::new(group.delimiter(), self.replaced(group.stream(), group.delimiter()));
                    replaced.set_span(group.span());
                    output.extend([TokenTree::Group(replaced)]);
                }
                other => output.extend([other]),
            }
        }
        output
    }
}

/// Whether an item begins here. `impl` does so only as a statement; elsewhere it is a type.
fn begins_item(token: &TokenTree, next: Option<&TokenTree>, is_statement: bool) -> bool {
    let TokenTree::Ident(word) = token else { return false };
    let is_named = matches!(next, Some(TokenTree::Ident(_)));
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

fn is_brace(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

pub(crate) fn is_self(ty: &Type) -> bool {
    matches!(ungrouped(ty), Type::Path(path) if path.path.is_ident("Self"))
}
