//! What events are recorded by.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use crate::ast::events::Events;
use crate::names::unused;
use crate::tokens::located_at;

pub(super) struct Recorder {
    /// The trait of an aggregate, under the aggregate's type: of one that is no aggregate, all that asks for it is one message.
    pub(super) path: TokenStream,
    /// What its functions are to be given, of a type that no other code can name.
    pub(super) key: Ident,
}

impl Recorder {
    pub(super) fn new(events: &Events<'_>, used: &HashSet<String>) -> Self {
        let (krate, aggregate) = (&events.krate, &events.aggregate.ty);
        let path = located_at(aggregate.span(), quote!(<#aggregate as #krate::__private::Recorder>));
        Self { path, key: Ident::new(&unused("__Key", used), Span::call_site()) }
    }

    /// The type of the key.
    pub(super) fn key(&self, events: &Events<'_>) -> TokenStream {
        let (krate, aggregate, key) = (&events.krate, &events.aggregate.ty, &self.key);
        let (impl_generics, _, where_clause) = events.original.generics.split_for_impl();
        let changing = events.events().filter(|method| !method.creates).map(|method| method.original);
        let changing = changing.chain(events.commands().map(|command| command.original));
        let changing = changing.map(|method| method.sig.ident.unraw().to_string());
        quote! {
            pub struct #key;

            impl #impl_generics #krate::__private::Keyed for #aggregate #where_clause {
                type Key = #key;
                const METHODS: &'static [&'static str] = &[#(#changing),*];
            }
        }
    }
}
