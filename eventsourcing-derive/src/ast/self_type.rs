//! What `Self` is in an `impl` block, for code that is printed where it would be something else.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{Generics, PathArguments, Type, TypePath, parse_quote};

use crate::ctxt::Ctxt;
use crate::spelled::ungrouped;
use crate::tokens::is_word;
use crate::tokens::outside_items::{self, Place, Replaced};

/// The type of an `impl` block.
pub(crate) struct SelfType {
    pub(crate) ident: Ident,
    /// As it is written: `Account<T>`.
    pub(crate) ty: Type,
    /// As it can stand wherever `Self` can: `Account::<T>`.
    anywhere: TokenStream,
}

impl SelfType {
    /// `macro_` is what stands on the block.
    pub(crate) fn new(ctxt: &Ctxt, ty: &Type, macro_: &str) -> Option<Self> {
        let Type::Path(path) = ungrouped(ty) else {
            ctxt.error(ty, format_args!("`{macro_}` needs the name of a struct here"));
            return None;
        };
        Self::from_path(path)
    }

    /// The type of a struct that is declared so.
    pub(crate) fn declared(ident: &Ident, generics: &Generics) -> Option<Self> {
        let (_, types, _) = generics.split_for_impl();
        Self::from_path(&parse_quote!(#ident #types))
    }

    fn from_path(path: &TypePath) -> Option<Self> {
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

    /// The same tokens with this type for `Self`, inside of macros too.
    pub(crate) fn in_place_of_self(&self, tokens: TokenStream) -> TokenStream {
        let replace = |token: &TokenTree, _: &Place<'_>| self.in_place_of(token).map(Replaced::from);
        outside_items::replaced(tokens.clone(), Group::span, &replace).unwrap_or(tokens)
    }

    /// This type if the token is `Self`.
    pub(crate) fn in_place_of(&self, token: &TokenTree) -> Option<TokenStream> {
        let locate = |mut part: TokenTree| {
            part.set_span(token.span());
            part
        };
        is_word(token, "Self").then(|| self.anywhere.clone().into_iter().map(locate).collect())
    }
}

pub(crate) fn is_self(ty: &Type) -> bool {
    matches!(ungrouped(ty), Type::Path(path) if path.path.is_ident("Self"))
}
