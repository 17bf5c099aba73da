//! What an event enum is, whoever wrote it.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{GenericParam, Generics, Ident, Type};

use crate::ast::event_enum::EventEnum;
use crate::ast::events::Events;
use crate::ast::{Event, Field};
use crate::crate_path::CratePath;

pub(crate) struct Shape<'a> {
    pub(super) krate: &'a CratePath,
    pub(super) ident: &'a Ident,
    pub(super) generics: Generics,
    pub(super) events: Vec<&'a Event>,
    /// The aggregate, if the enum is made for it.
    pub(super) aggregate: Option<&'a Ident>,
}

impl<'a> Shape<'a> {
    pub(crate) fn of(events: &'a Events<'_>) -> Self {
        let all: Vec<_> = events.methods.iter().map(|method| &method.event).collect();
        let generics = used_by(&events.original.generics, &all);
        let aggregate = Some(&events.aggregate.ident);
        Self { krate: &events.krate, ident: &events.enum_ident, generics, events: all, aggregate }
    }

    pub(super) fn of_user(item: &'a EventEnum<'_>) -> Self {
        let (ident, generics) = (&item.original.ident, item.original.generics.clone());
        Self { krate: &item.krate, ident, generics, events: item.events.iter().collect(), aggregate: None }
    }

    /// Without the events whose names others have: what is left is an enum that compiles.
    pub(crate) fn without_repetitions(mut self) -> Self {
        let mut seen = HashSet::new();
        self.events.retain(|event| {
            let names = [&event.name].into_iter().chain(&event.aliases).map(|name| name.text.clone());
            let names: Vec<_> = names.chain([format!("variant {}", event.variant)]).collect();
            let new = names.iter().all(|name| !seen.contains(name))
                && names.len() == names.iter().collect::<HashSet<_>>().len();
            seen.extend(names);
            new
        });
        self
    }

    /// The type, with its generics.
    pub(crate) fn ty(&self) -> TokenStream {
        let (ident, (_, types, _)) = (self.ident, self.generics.split_for_impl());
        quote!(#ident #types)
    }
}

/// The type that a field is stored as.
pub(super) fn stored_type(field: &Field) -> TokenStream {
    match &field.lent {
        None => field.ty.to_token_stream(),
        Some(Type::Slice(slice)) => {
            let element = &slice.elem;
            quote!(::std::vec::Vec<#element>)
        }
        Some(Type::Path(path)) if path.path.is_ident("str") => quote!(::std::string::String),
        Some(lent) => quote!(<#lent as ::std::borrow::ToOwned>::Owned),
    }
}

/// The generics that the fields of the events use, with the bounds that speak of nothing else.
fn used_by(generics: &Generics, events: &[&Event]) -> Generics {
    let fields = events.iter().flat_map(|event| &event.fields);
    let words: HashSet<String> = fields.flat_map(|field| words(field.ty.to_token_stream())).collect();
    let name = |param: &GenericParam| match param {
        GenericParam::Type(param) => param.ident.to_string(),
        GenericParam::Const(param) => param.ident.to_string(),
        GenericParam::Lifetime(param) => param.lifetime.to_string(),
    };
    let (used, unused): (Vec<_>, Vec<_>) = generics.params.iter().partition(|param| words.contains(&name(param)));
    let unused: HashSet<String> = unused.into_iter().map(name).collect();
    let mut kept = generics.clone();
    kept.params = used.into_iter().cloned().collect();
    if let Some(clause) = &mut kept.where_clause {
        let speaks_of = |predicate: &syn::WherePredicate| self::words(predicate.to_token_stream());
        let predicates = std::mem::take(&mut clause.predicates).into_iter();
        clause.predicates =
            predicates.filter(|predicate| speaks_of(predicate).iter().all(|word| !unused.contains(word))).collect();
    }
    kept
}

fn words(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Ident(ident) => vec![ident.to_string()],
            TokenTree::Group(group) => words(group.stream()),
            _ => Vec::new(),
        })
        .collect()
}
