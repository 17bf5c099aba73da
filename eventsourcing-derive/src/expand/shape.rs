//! What an event enum is, generated or written by hand.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, Ident, Path, Type};

use crate::ast::Event;
use crate::ast::event_enum::EventEnum;
use crate::ast::events::{Events, GIVEN};
use crate::ast::field::Field;
use crate::ast::self_type::SelfType;
use crate::ast::upcasts::Upcasts;
use crate::crate_path::CratePath;
use crate::expand::types::is_stored_as_itself;
use crate::spelled::{last_word, spelling};
use crate::tokens::{text_in_any_edition, words};

pub(crate) struct Shape<'a> {
    pub(super) krate: &'a CratePath,
    pub(super) ident: &'a Ident,
    pub(super) generics: Generics,
    pub(super) events: Vec<&'a Event>,
    /// The aggregate, if the enum is made for it.
    pub(super) aggregate: Option<&'a SelfType>,
    /// What the enum is to derive beside what it has anyway.
    pub(super) derives: Vec<&'a Path>,
}

impl<'a> Shape<'a> {
    pub(crate) fn of_block(events: &'a Events<'_>) -> Self {
        let all: Vec<_> = events.distinct_events().collect();
        let aggregate = Some(&events.aggregate);
        let fields = all.iter().flat_map(|event| &event.fields).map(|field| stored_type(aggregate, field));
        let generics = used_by(&events.original.generics, fields);
        Self {
            krate: &events.krate,
            ident: &events.enum_ident,
            generics,
            events: all,
            aggregate,
            derives: events.derives.iter().collect(),
        }
    }

    pub(super) fn of_user(item: &'a EventEnum<'_>) -> Self {
        let (ident, generics) = (&item.original.ident, item.original.generics.clone());
        Self {
            krate: &item.krate,
            ident,
            generics,
            events: item.events.iter().collect(),
            aggregate: None,
            derives: Vec::new(),
        }
    }

    pub(super) fn of_upcasts(item: &'a Upcasts<'_>) -> Self {
        let generics = item.original.generics.clone();
        Self {
            krate: &item.krate,
            ident: &item.event.ident,
            generics,
            events: Vec::new(),
            aggregate: Some(&item.event),
            derives: Vec::new(),
        }
    }

    /// Without what stands twice: what is left is an enum that compiles.
    pub(crate) fn without_repetitions(mut self) -> Self {
        let mut derived = HashSet::new();
        self.derives.retain(|path| {
            let name = last_word(path);
            !GIVEN.contains(&&*name) && derived.insert(name)
        });
        let mut seen = HashSet::new();
        self.events.retain(|event| event.is_conditional() || seen.insert(&event.variant));
        self
    }

    /// The type that a field is stored as.
    pub(super) fn stored_type(&self, field: &Field) -> TokenStream {
        stored_type(self.aggregate, field)
    }

    /// The same as `events.lock` spells it, for readers.
    pub(super) fn spelled_type(&self, field: &Field) -> String {
        let stored = spelling(self.stored_type(field));
        stored.strip_prefix("::std::vec::").map_or(stored.clone(), str::to_owned)
    }

    /// Whether a field's type speaks of what the enum is generic over.
    pub(super) fn is_generic_over(&self, field: &Field) -> bool {
        let words = words(self.stored_type(field));
        self.generics.type_params().any(|param| words.contains(&param.ident.to_string()))
    }

    /// Whether a field's type speaks of the enum itself.
    pub(super) fn is_recursive(&self, field: &Field) -> bool {
        words(self.stored_type(field)).iter().any(|word| self.ident == word || word == "Self")
    }

    /// What the user wrote, where `Self` is something else.
    pub(super) fn in_place_of_self(&self, tokens: TokenStream) -> TokenStream {
        match self.aggregate {
            Some(aggregate) => aggregate.in_place_of_self(tokens),
            None => tokens,
        }
    }

    /// The options for serde of the enum, or of what becomes it, which is there under these bounds.
    pub(super) fn serde_attributes(&self, bounds: &[TokenStream]) -> TokenStream {
        let private = self.krate.in_text(self.ident).path;
        let path = quote!(#private::serde).to_string().replace(' ', "");
        let bounds = text_in_any_edition(quote!(#(#bounds),*));
        // A generic enum says its bounds itself; serde's guesses would stand beside them and be ambiguous.
        let bound = (!self.generics.params.is_empty() || !bounds.is_empty()).then(|| quote!(, bound = #bounds));
        quote!(#[serde(crate = #path #bound)])
    }

    /// The where clause of an impl for the enum: its own, and these bounds.
    pub(super) fn where_clause(&self, bounds: impl IntoIterator<Item = TokenStream>) -> Option<TokenStream> {
        let own = self.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let all: Vec<_> = own.map(ToTokens::to_token_stream).chain(bounds).collect();
        (!all.is_empty()).then(|| quote!(where #(#all,)*))
    }

    /// The type, with its generics.
    pub(crate) fn ty(&self) -> TokenStream {
        let (ident, (_, types, _)) = (self.ident, self.generics.split_for_impl());
        quote!(#ident #types)
    }
}

fn stored_type(aggregate: Option<&SelfType>, field: &Field) -> TokenStream {
    let stored = match &field.lent {
        None => field.ty.to_token_stream(),
        Some(lent) if is_stored_as_itself(lent) => lent.to_token_stream(),
        Some(lent) => owned_form(lent),
    };
    match aggregate {
        // In the enum, `Self` is the enum.
        Some(aggregate) => aggregate.in_place_of_self(stored),
        None => stored,
    }
}

fn owned_form(lent: &Type) -> TokenStream {
    match lent {
        Type::Slice(slice) => {
            let element = &slice.elem;
            quote!(::std::vec::Vec<#element>)
        }
        Type::Path(path) if path.path.is_ident("str") => quote!(::std::string::String),
        _ => quote!(<#lent as ::std::borrow::ToOwned>::Owned),
    }
}

/// The generics that the fields of the events use, with the bounds that speak of nothing else.
fn used_by(generics: &Generics, fields: impl Iterator<Item = TokenStream>) -> Generics {
    let used: HashSet<String> = fields.flat_map(words).collect();
    let name = |param: &GenericParam| match param {
        GenericParam::Type(param) => param.ident.to_string(),
        GenericParam::Const(param) => param.ident.to_string(),
        GenericParam::Lifetime(param) => param.lifetime.to_string(),
    };
    let (used, unused): (Vec<_>, Vec<_>) = generics.params.iter().partition(|param| used.contains(&name(param)));
    let unused: HashSet<String> = unused.into_iter().map(name).collect();
    let mut kept = generics.clone();
    kept.params = used.into_iter().cloned().collect();
    let is_kept = |bound: &dyn ToTokens| words(bound.to_token_stream()).iter().all(|word| !unused.contains(word));
    for param in kept.type_params_mut() {
        param.bounds = std::mem::take(&mut param.bounds).into_iter().filter(|bound| is_kept(bound)).collect();
    }
    if let Some(clause) = &mut kept.where_clause {
        clause.predicates =
            std::mem::take(&mut clause.predicates).into_iter().filter(|predicate| is_kept(predicate)).collect();
    }
    kept
}
