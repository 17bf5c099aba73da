//! What a command holds instead of its aggregate: a type of the block's own, under names that nothing in the block uses.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, Lifetime, LifetimeParam, Type, parse_quote};

use crate::ast::events::Events;
use crate::names::unused;

pub(super) struct Wrapper {
    /// rustc names it where a command changes state.
    pub(super) ident: Ident,
    /// Its field, which holds the aggregate.
    pub(super) held: Ident,
    /// The function that makes one.
    pub(super) new: Ident,
    /// How long it has the aggregate.
    pub(super) lifetime: Lifetime,
    /// The generics of the aggregate, with the lifetime.
    pub(super) generics: Generics,
    /// The methods that it has itself: those that take `&mut self`.
    pub(super) methods: HashSet<String>,
}

impl Wrapper {
    pub(super) fn new(events: &Events<'_>, used: &HashSet<String>) -> Self {
        let name = |name: &str| Ident::new(&unused(name, used), Span::call_site());
        let lifetime = Lifetime { apostrophe: Span::call_site(), ident: name("__a") };
        let mut generics = events.original.generics.clone();
        generics.params.insert(0, GenericParam::Lifetime(LifetimeParam::new(lifetime.clone())));
        let changing = events.events().filter(|method| !method.creates).map(|method| method.original);
        let methods = changing.chain(events.commands().map(|command| command.original));
        let methods = methods.map(|method| method.sig.ident.to_string()).collect();
        let (ident, held, new) = (name("OnlyEventsChangeState"), name("__held"), name("__of"));
        Self { ident, held, new, lifetime, generics, methods }
    }

    /// One that holds this aggregate.
    pub(super) fn around(&self, aggregate: &impl ToTokens) -> TokenStream {
        let Self { ident, new, .. } = self;
        quote!(#ident::#new(#aggregate))
    }

    /// The type of an argument that holds another aggregate.
    pub(super) fn of_another(&self) -> Type {
        let params = self.generics.params.iter().filter_map(|param| match param {
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(param) => Some(&param.ident),
            GenericParam::Lifetime(_) => None,
        });
        let ident = &self.ident;
        parse_quote!(&mut #ident<'_, #(#params),*>)
    }
}
