//! An `impl` block, read item by item: one that cannot be read costs itself alone.

mod items;
mod unmarked;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Generics, ImplItem, ItemImpl, Path, Token, Type};

use self::items::items;
use self::unmarked::unmarked;
use crate::ast::function::{Function, without_inner_attributes};

#[derive(Clone)]
pub(crate) struct ImplBlock {
    /// Those that are written inside of the block too.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) generics: Generics,
    pub(crate) trait_: Option<(Path, Token![for])>,
    pub(crate) self_ty: Type,
    pub(crate) items: Vec<BlockItem>,
}

#[derive(Clone)]
pub(crate) enum BlockItem {
    Fn(Box<Function>),
    Other(Box<ImplItem>),
    /// What is no item, or not yet.
    Unread {
        /// Without our marks, which would be another mistake. Empty if rustc could not read the items after it.
        unmarked: TokenStream,
        error: syn::Error,
    },
}

impl ImplBlock {
    pub(crate) fn parse(input: TokenStream) -> syn::Result<Self> {
        let mut tokens: Vec<_> = input.into_iter().collect();
        // The `$item` of a `macro_rules!` has invisible brackets.
        if let [TokenTree::Group(item)] = &*tokens
            && item.delimiter() == Delimiter::None
        {
            return Self::parse(item.stream());
        }
        let mut block = Group::new(Delimiter::Brace, TokenStream::new());
        if let Some(TokenTree::Group(last)) = tokens.last_mut()
            && last.delimiter() == Delimiter::Brace
        {
            let mut emptied = block.clone();
            emptied.set_span(last.span());
            block = std::mem::replace(last, emptied);
        }
        let ItemImpl { mut attrs, generics, trait_, self_ty, .. } = syn::parse2(tokens.into_iter().collect())?;
        let (inner, block) = without_inner_attributes(&block)?;
        attrs.extend(inner);
        let items = items(block.stream()).map(BlockItem::new).collect();
        Ok(Self { attrs, generics, trait_, self_ty: *self_ty, items })
    }

    pub(crate) fn functions(&self) -> impl Iterator<Item = &Function> {
        self.items.iter().filter_map(|item| match item {
            BlockItem::Fn(function) => Some(&**function),
            BlockItem::Other(_) | BlockItem::Unread { .. } => None,
        })
    }

    /// Whether there are items that could not be read.
    pub(crate) fn has_unread(&self) -> bool {
        self.items.iter().any(|item| matches!(item, BlockItem::Unread { .. }))
    }

    /// As it was written, but for our marks.
    pub(crate) fn without_marks(&self) -> Self {
        let mut block = self.clone();
        for item in &mut block.items {
            if let BlockItem::Fn(function) = item {
                **function = function.without_marks();
            }
        }
        block
    }
}

impl BlockItem {
    fn new(tokens: Vec<TokenTree>) -> Self {
        let read = match items::body(&tokens) {
            Some(body) => Function::new(tokens.iter().take(tokens.len() - 1).cloned(), &body)
                .map(|function| Self::Fn(Box::new(function))),
            // One without a body is rustc's to refuse.
            None if items::is_function(&tokens) => Err(syn::Error::new_spanned(tokens.last(), "a function has a body")),
            None => syn::parse2(tokens.iter().cloned().collect()).map(|item| Self::Other(Box::new(item))),
        };
        read.unwrap_or_else(|error| {
            let error = items::bare_function_trait(&tokens).unwrap_or(error);
            let is_readable = items::has_wrong_arguments(&tokens);
            let unmarked = if is_readable { unmarked(tokens) } else { TokenStream::new() };
            Self::Unread { unmarked, error }
        })
    }
}

/// What begins as an `impl` block, and is none that can be read, without our marks.
pub(crate) fn unread(input: TokenStream) -> TokenStream {
    let unmarked = input.into_iter().map(|token| match token {
        TokenTree::Group(block) if block.delimiter() == Delimiter::Brace => {
            let mut items = Group::new(Delimiter::Brace, items(block.stream()).map(unmarked).collect());
            items.set_span(block.span());
            TokenTree::Group(items)
        }
        other => other,
    });
    unmarked.collect()
}

impl ToTokens for BlockItem {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Fn(function) => function.to_tokens(tokens),
            Self::Other(item) => item.to_tokens(tokens),
            Self::Unread { unmarked, .. } => unmarked.to_tokens(tokens),
        }
    }
}

impl ToTokens for ImplBlock {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, generics, trait_, self_ty, items } = self;
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        let of_trait = trait_.iter().map(|(path, of)| quote!(#path #of));
        tokens.extend(quote!(#(#attrs)* impl #impl_generics #(#of_trait)* #self_ty #where_clause { #(#items)* }));
    }
}
