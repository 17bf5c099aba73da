//! A field of an event.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::{Attribute, Ident, Pat, PatType, Token, Type};

use crate::args::SerdeArgs;
use crate::ast::{cfgs, stored};
use crate::ctxt::Ctxt;
use crate::names::case::{self, CaseRule};
use crate::spelled::{is_called, ungrouped};
use crate::tokens::words;

pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) mutability: Option<Token![mut]>,
    pub(crate) attributes: Vec<Attribute>,
    /// As it is written.
    pub(crate) ty: Type,
    /// What it borrows, if it is a borrowed argument: it is stored as the owned form of that.
    pub(crate) lent: Option<Type>,
    /// The name that it is stored under.
    pub(crate) name: String,
    /// Its options for serde.
    pub(crate) serde: SerdeArgs,
}

impl Field {
    /// An argument of an event's method.
    pub(super) fn from_argument(ctxt: &Ctxt, argument: &PatType) -> Option<Self> {
        let Pat::Ident(pattern) = &*argument.pat else {
            ctxt.error(&argument.pat, "an event's argument is a field: give it a name");
            return None;
        };
        if pattern.by_ref.is_some() || pattern.subpat.is_some() {
            ctxt.error(pattern, "an event's argument is a field: write its name alone");
            return None;
        }
        let ty = ungrouped(&argument.ty);
        check_type(ctxt, ty)?;
        // Refused already.
        if cfgs(&argument.attrs).next().is_some() {
            return None;
        }
        let lent = match ty {
            Type::Reference(reference) => Some((*reference.elem).clone()),
            _ => None,
        };
        let field = Self::new(ctxt, pattern.ident.clone(), ty, &argument.attrs, None);
        stored::check(ctxt, &field.serde, lent.as_ref().unwrap_or(ty), false);
        Some(Self { mutability: pattern.mutability, lent, ..field })
    }

    /// A field of a variant that the user wrote.
    pub(super) fn from_variant(ctxt: &Ctxt, field: &syn::Field, rename_all: Option<CaseRule>) -> Option<Self> {
        let stored = Self::new(ctxt, field.ident.clone()?, &field.ty, &field.attrs, rename_all);
        stored::check(ctxt, &stored.serde, &field.ty, false);
        Some(stored)
    }

    fn new(ctxt: &Ctxt, ident: Ident, ty: &Type, attributes: &[Attribute], rename_all: Option<CaseRule>) -> Self {
        let (serde, plain) =
            (SerdeArgs::from_attributes(attributes), case::of_field(rename_all, &ident.unraw().to_string()));
        stored::check_name(ctxt, &serde, &plain);
        let name = serde.rename.clone().unwrap_or(plain);
        let (ty, attributes) = (ty.clone(), attributes.to_owned());
        Self { ident, mutability: None, attributes, ty, lent: None, name, serde }
    }
}

/// What is stored is owned, whole, and of one type.
fn check_type(ctxt: &Ctxt, ty: &Type) -> Option<()> {
    let mut owned = ty;
    if let Type::Reference(reference) = ty {
        owned = &reference.elem;
        if reference.mutability.is_some() {
            ctxt.error(ty, "an event's argument is stored: take it by value or by `&`");
            return None;
        }
        if let Some(lifetime) = &reference.lifetime {
            ctxt.error(lifetime, "an event's argument is stored, and lent to the body for a while: write no lifetime");
            return None;
        }
    }
    if let Some(message) = never_stored(owned) {
        ctxt.error(owned, message);
        return None;
    }
    if words(owned.to_token_stream()).iter().any(|word| word == "impl") {
        ctxt.error(owned, "an event cannot be generic: write the type of the field");
        return None;
    }
    if let Some(borrow) = elided_borrow(owned.to_token_stream()) {
        ctxt.error(borrow, "an event's field owns what it holds: write the owned type, such as `Option<String>`");
        return None;
    }
    Some(())
}

/// What a type shows that no event can hold. (Of others, the compiler knows more.)
fn never_stored(ty: &Type) -> Option<&'static str> {
    let words = words(ty.to_token_stream());
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    if is_called(ty, "PhantomData") {
        None
    } else if has("dyn") {
        Some("what is stored has one type: write it, or an enum of all that it may be")
    } else if has("fn") {
        Some("a function is not stored: write what says which one is meant, such as an enum")
    } else if is_called(ty, "Rc") {
        Some("an event goes from thread to thread, and an `Rc` does not: write what is in it")
    } else {
        None
    }
}

/// Whether the lifetime of a `Cow` is left out: `<str>` or `<[T]>` follows.
fn lends_text(mut after: impl Iterator<Item = TokenTree>) -> bool {
    let is_open = matches!(after.next(), Some(TokenTree::Punct(open)) if open.as_char() == '<');
    let lent = after.next().map(|lent| lent.to_string()).unwrap_or_default();
    is_open && (lent.starts_with('[') || ["CStr", "OsStr", "Path", "str"].contains(&&*lent))
}

/// The first borrow in a type for which no lifetime is named.
pub(super) fn elided_borrow(tokens: TokenStream) -> Option<TokenTree> {
    let mut tokens = tokens.into_iter().peekable();
    let mut is_function = false;
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(and) if and.as_char() == '&' => {
                let named = matches!(tokens.peek(), Some(TokenTree::Punct(quote)) if quote.as_char() == '\'');
                if !named {
                    return Some(token);
                }
            }
            TokenTree::Punct(quote) if quote.as_char() == '\'' => {
                if matches!(tokens.peek(), Some(TokenTree::Ident(name)) if name == "_") {
                    return tokens.next();
                }
            }
            TokenTree::Ident(ident) if ident == "Cow" && lends_text(tokens.clone()) => return Some(token),
            TokenTree::Ident(ident) => {
                is_function = ["fn", "Fn", "FnMut", "FnOnce"].iter().any(|word| ident == word);
                continue;
            }
            // The borrows of a function's arguments are its own.
            TokenTree::Group(group) if !(is_function && group.delimiter() == Delimiter::Parenthesis) => {
                if let Some(found) = elided_borrow(group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
        is_function = false;
    }
    None
}
