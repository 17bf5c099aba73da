//! `#[derive(Application)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use crate::ast::application::{Application, Initial, Part};
use crate::tokens::located_at;

pub(crate) fn application(item: &Application<'_>) -> TokenStream {
    let (krate, ident) = (&item.krate, &item.original.ident);
    let fields: Vec<_> = item.parts.iter().map(|part| part.field).collect();
    let types: Vec<_> = item.parts.iter().map(|part| part.ty).collect();
    let first = fields.first();
    let names: Vec<_> = types
        .iter()
        .map(|ty| quote_spanned!(ty.span()=> <#ty as #krate::application::FromStore>::AGGREGATES))
        .collect();
    let from_store =
        types.iter().map(|ty| quote_spanned!(ty.span()=> <#ty as #krate::application::FromStore>::from_store));
    let others = item.others.iter().map(|(field, ty, initial)| match initial {
        Initial::Default => {
            let default = quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default());
            quote!(#field: #default)
        }
        Initial::Value(value) => quote!(#field: #value),
    });
    let unique = (1..names.len()).filter_map(|n| {
        let (before, this) = (names.get(..n)?, names.get(n)?);
        let assert = quote!(#krate::__private::assert_other_names(&[#(#before),*], #this));
        // rustc blames the first token of the call.
        let assert = located_at(types.get(n)?.span(), assert);
        Some(quote!(const _: () = #assert;))
    });
    let event_enum = event_enum(item);
    let events = &item.events;
    let kinds = types.iter().map(|ty| quote_spanned!(ty.span()=> <#ty as #krate::application::FromStore>::kinds()));
    let arms = item.parts.iter().map(|Part { ty, variant, .. }| {
        quote_spanned! {ty.span()=>
            if <#ty as #krate::application::FromStore>::AGGREGATES.contains(&__stored.stream.aggregate()) {
                return #krate::__private::decode_part::<#ty, _>(__stored, #events::#variant, __each);
            }
        }
    });
    let store_only = item.others.is_empty().then(|| {
        quote! {
            #[automatically_derived]
            impl #krate::application::StoreOnly for #ident
            where
                #(for<'__a> #types: #krate::application::StoreOnly,)*
            {
            }
        }
    });
    quote! {
        #event_enum

        const _: () = {
            #(#unique)*

            #[automatically_derived]
            impl #krate::application::FromStore for #ident {
                const AGGREGATES: &'static [&'static str] =
                    &#krate::__private::all_names::<{ 0 #(+ #names.len())* }>(&[#(#names),*]);

                type Id = #krate::StreamId;
                type Event = #events;

                fn aggregate_schemas() -> ::std::vec::Vec<#krate::repository::AggregateSchema> {
                    [#(<#types as #krate::application::FromStore>::aggregate_schemas()),*].concat()
                }

                fn kinds() -> ::std::vec::Vec<&'static [#krate::EventKind]> {
                    [#(#kinds),*].concat()
                }

                fn decode(
                    __stored: &#krate::store::StoredEvent<'_>,
                    __each: &mut dyn ::core::ops::FnMut(#events),
                ) -> ::core::result::Result<(), #krate::error::DecodeError> {
                    #(#arms)*
                    ::core::result::Result::Ok(())
                }

                fn from_store(__store: &::std::sync::Arc<dyn #krate::store::EventStore>) -> Self {
                    Self { #(#fields: #from_store(__store),)* #(#others,)* }
                }

                fn store(&self) -> &::std::sync::Arc<dyn #krate::store::EventStore> {
                    #krate::application::FromStore::store(&self.#first)
                }
            }

            #[automatically_derived]
            impl #krate::Application for #ident {}

            #store_only
        };
    }
}

/// The enum of the events of all parts. Its impls ask of the events only what they have, and are there if those have them.
fn event_enum(item: &Application<'_>) -> TokenStream {
    let (krate, vis, events) = (&item.krate, &item.original.vis, &item.events);
    let docs =
        format!("What happened in a [`{}`]: an event of one of its parts, and whose it is.", item.original.ident);
    let variants: Vec<_> = item.parts.iter().map(|part| &part.variant).collect();
    let variant_docs = item.parts.iter().map(|part| format!("An event of `{}`.", part.field));
    let types: Vec<_> = item.parts.iter().map(|part| part.ty).collect();
    // Each blamed on its field's type, so that one that is no part of an application is one message.
    let id_types = types.iter().map(|ty| quote_spanned!(ty.span()=> <#ty as #krate::application::FromStore>::Id));
    let event_types: Vec<_> =
        types.iter().map(|ty| quote_spanned!(ty.span()=> <#ty as #krate::application::FromStore>::Event)).collect();
    let bounds = |bound: TokenStream| {
        let bounds = types.iter().map(
            move |ty| quote_spanned!(ty.span()=> for<'__a> <#ty as #krate::application::FromStore>::Event: #bound),
        );
        bounds.collect::<Vec<_>>()
    };
    let clone_bounds = bounds(quote!(::core::clone::Clone));
    let fmt_bounds = bounds(quote!(::core::fmt::Debug));
    let cmp_bounds = bounds(quote!(::core::cmp::PartialEq));
    let serde = quote!(#krate::__private::serde);
    let serde_bounds = bounds(quote!(#serde::Serialize));
    let event_names = types.iter().map(|ty| {
        quote_spanned!(ty.span()=> <<#ty as #krate::application::FromStore>::Event as #krate::log::NamedEvent>::name)
    });
    let names = variants.iter().map(ToString::to_string);
    quote! {
        #[doc = #docs]
        #[allow(private_interfaces, clippy::large_enum_variant)]
        #vis enum #events {
            #(
                #[doc = #variant_docs]
                #variants(#id_types, #event_types),
            )*
        }

        #[automatically_derived]
        impl ::core::clone::Clone for #events
        where
            #(#clone_bounds,)*
        {
            fn clone(&self) -> Self {
                match self {
                    #(Self::#variants(__id, __event) => Self::#variants(
                        ::core::clone::Clone::clone(__id),
                        ::core::clone::Clone::clone(__event),
                    ),)*
                }
            }
        }

        #[automatically_derived]
        impl #krate::log::NamedEvent for #events {
            fn name(&self) -> &'static ::core::primitive::str {
                match self {
                    #(Self::#variants(_, __event) => #event_names(__event),)*
                }
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Debug for #events
        where
            #(#fmt_bounds,)*
        {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    #(Self::#variants(__id, __event) => {
                        __f.debug_tuple(#names).field(__id).field(__event).finish()
                    })*
                }
            }
        }

        /// As the event itself is written: its stream says whose it is.
        #[automatically_derived]
        impl #serde::Serialize for #events
        where
            #(#serde_bounds,)*
        {
            fn serialize<__S: #serde::Serializer>(&self, __serializer: __S) -> ::core::result::Result<__S::Ok, __S::Error> {
                match self {
                    #(Self::#variants(_, __event) => #serde::Serialize::serialize(__event, __serializer),)*
                }
            }
        }

        impl ::core::cmp::PartialEq for #events
        where
            #(#cmp_bounds,)*
        {
            fn eq(&self, __other: &Self) -> bool {
                match (self, __other) {
                    #((Self::#variants(__id, __event), Self::#variants(__other_id, __other_event)) => {
                        __id == __other_id && __event == __other_event
                    })*
                    #[allow(unreachable_patterns)]
                    _ => false,
                }
            }
        }
    }
}
