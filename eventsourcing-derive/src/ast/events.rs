//! An `impl` block under `#[events]`.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{Generics, Ident, ImplItem, ItemImpl, PathArguments, Type};

use crate::args::ItemArgs;
use crate::ast::method::{Command, EventMethod, Method};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names;

pub(crate) struct Events<'a> {
    pub(crate) original: &'a ItemImpl,
    pub(crate) krate: CratePath,
    pub(crate) aggregate: SelfType,
    pub(crate) enum_ident: Ident,
    pub(crate) methods: Vec<EventMethod<'a>>,
    pub(crate) commands: Vec<Command<'a>>,
    /// Everything else, which stays as it is.
    pub(crate) plain: Vec<&'a ImplItem>,
    /// Whether there are methods that could not be read, so that nothing can be said of what is missing.
    pub(crate) incomplete: bool,
}

/// The type of an `impl` block.
pub(crate) struct SelfType {
    pub(crate) ident: Ident,
    /// As it is written: `Account<T>`.
    pub(crate) ty: Type,
    /// As it can stand wherever `Self` can: `Account::<T>`.
    pub(crate) anywhere: TokenStream,
}

impl<'a> Events<'a> {
    pub(crate) fn from_impl(ctxt: &Ctxt, args: ItemArgs, original: &'a ItemImpl) -> Option<Self> {
        if let Some((path, _)) = &original.trait_ {
            ctxt.error(path, "`#[events]` goes on the type's own `impl` block, not on that of a trait");
            return None;
        }
        let aggregate = SelfType::new(ctxt, &original.self_ty)?;
        check_generics(ctxt, &original.generics);
        let (mut methods, mut commands, mut plain, mut incomplete) = (Vec::new(), Vec::new(), Vec::new(), false);
        for item in &original.items {
            match item {
                ImplItem::Fn(function) => match Method::new(ctxt, function) {
                    Some(Method::Event(event)) => methods.push(event),
                    Some(Method::Command(command)) => commands.push(command),
                    Some(Method::Plain) => plain.push(item),
                    None => incomplete = true,
                },
                _ => plain.push(item),
            }
        }
        let enum_ident = names::event_enum(&aggregate.ident);
        Some(Self { original, krate: args.krate, aggregate, enum_ident, methods, commands, plain, incomplete })
    }
}

impl SelfType {
    fn new(ctxt: &Ctxt, ty: &Type) -> Option<Self> {
        let Type::Path(path) = ty else {
            ctxt.error(ty, "`#[events]` needs the name of a struct here");
            return None;
        };
        let ident = path.path.segments.last()?.ident.unraw();
        let mut expression = path.clone();
        for segment in &mut expression.path.segments {
            if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
                arguments.colon2_token.get_or_insert_default();
            }
        }
        Some(Self { ident, ty: ty.clone(), anywhere: expression.into_token_stream() })
    }

    /// The same tokens with this type for `Self`, but not inside of items, which have a `Self` of their own.
    pub(crate) fn in_place_of_self(&self, tokens: TokenStream) -> TokenStream {
        let mut in_item = false;
        let replace = |token: TokenTree| -> TokenStream {
            match token {
                TokenTree::Ident(ident) if ident == "Self" && !in_item => {
                    let span = ident.span();
                    let spanned = |mut token: TokenTree| {
                        token.set_span(span);
                        token
                    };
                    self.anywhere.clone().into_iter().map(spanned).collect()
                }
                TokenTree::Group(group) => {
                    let skipped = std::mem::take(&mut in_item) && group.delimiter() == proc_macro2::Delimiter::Brace;
                    let inner = if skipped { group.stream() } else { self.in_place_of_self(group.stream()) };
                    let mut replaced = proc_macro2::Group::new(group.delimiter(), inner);
                    replaced.set_span(group.span());
                    TokenTree::Group(replaced).into()
                }
                other => {
                    if let TokenTree::Ident(ident) = &other {
                        in_item |= ["impl", "trait", "struct", "enum", "union"].iter().any(|word| ident == word);
                    }
                    other.into()
                }
            }
        };
        tokens.into_iter().map(replace).collect()
    }
}

fn check_generics(ctxt: &Ctxt, generics: &Generics) {
    for lifetime in generics.lifetimes() {
        ctxt.error(lifetime, "an aggregate owns what it holds: write it without lifetimes");
    }
}
