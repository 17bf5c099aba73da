//! Where events, and what reads old ones, are declared.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::Ident;

use crate::ast::event_enum::EventEnum;
use crate::ast::events::Events;
use crate::ast::impl_block::{BlockItem, ImplBlock};
use crate::expand::{self, History};
use crate::scope::Neighbours;

/// An `impl` block without our marks. With what could be read of it, the enum of the events that are right, and an `Apply`.
pub(crate) fn events(original: &ImplBlock, read: Option<&Events<'_>>, neighbours: Neighbours) -> TokenStream {
    let mut item = original.without_marks();
    let repeated = read.map(Events::repeated_methods).unwrap_or_default();
    let without_output = read.map(Events::without_output).unwrap_or_default();
    let is_among = |idents: &[&Ident], item: &BlockItem| match item {
        BlockItem::Fn(function) => idents.iter().any(|ident| std::ptr::eq(*ident, &raw const function.sig.ident)),
        _ => false,
    };
    for (item, original) in item.items.iter_mut().zip(&original.items) {
        if let BlockItem::Fn(function) = item
            && is_among(&without_output, original)
        {
            function.return_self();
        }
    }
    let mut originals = original.items.iter();
    // That a method stands twice is reported already.
    item.items.retain(|_| !originals.next().is_some_and(|original| is_among(&repeated, original)));
    // Another item makes these.
    let stand_ins = read.filter(|_| !neighbours.has_block_above).map(|events| {
        let krate = &events.krate;
        let aggregate = &events.aggregate.ty;
        let (impl_generics, _, where_clause) = original.generics.split_for_impl();
        let (event_enum, event) = expand::stand_in_enum(events, neighbours.has_enum);
        quote! {
            #event_enum

            const _: () = {
                #[automatically_derived]
                impl #impl_generics #krate::Apply for #aggregate #where_clause {
                    type Event = #event;

                    fn create(_: Self::Event) -> ::core::option::Option<Self> {
                        ::core::option::Option::None
                    }

                    fn apply(&mut self, _: Self::Event) {}
                }
            };
        }
    });
    quote! {
        #[allow(dead_code, unused_variables)]
        #item
        #stand_ins
    }
}

/// An `impl` block without our marks, and nothing that is read by what is in it.
pub(crate) fn upcasts(original: &ImplBlock) -> TokenStream {
    let item = original.without_marks();
    quote! {
        #[allow(dead_code, unused_variables)]
        #item
    }
}

/// An enum without our marks and what it tells serde, and what would have been generated if nothing were wrong with it.
pub(crate) fn event_enum(read: &EventEnum<'_>) -> TokenStream {
    // Of one without variants there is no `match`.
    if read.events.is_empty() {
        return read.original.to_token_stream();
    }
    let mut original = read.original.clone();
    for attributes in original.variants.iter_mut().map(|variant| &mut variant.attrs).chain([&mut original.attrs]) {
        attributes.retain(|attribute| !attribute.path().is_ident("serde"));
    }
    expand::user_enum(read, &original, &History::default())
}
