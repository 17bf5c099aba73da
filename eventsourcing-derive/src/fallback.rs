//! What is printed beside the errors: the user's item as it was, and stand-ins for what would have been generated, so that
//! one mistake is one message.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{DeriveInput, ItemImpl};

use crate::ast::aggregate::Aggregate;
use crate::ast::event_enum::EventEnum;
use crate::ast::events::Events;
use crate::ast::impl_block::{BlockItem, ImplBlock};
use crate::ast::projection::Projection;
use crate::ast::schema::Schema;
use crate::ast::view::View;
use crate::crate_path::CratePath;
use crate::expand::{self, History};
use crate::scope::Neighbours;

/// An `impl` block without our marks. With what could be read of it, the enum of the events that are right, and an `Apply`.
pub(crate) fn events(original: &ImplBlock, read: Option<&Events<'_>>, neighbours: Neighbours) -> TokenStream {
    let mut item = original.without_marks();
    let repeated = read.map(Events::repeated_methods).unwrap_or_default();
    // That a method stands twice is reported already.
    let is_repeated = |item: &BlockItem| match item {
        BlockItem::Fn(function) => repeated.iter().any(|ident| std::ptr::eq(*ident, &raw const function.sig.ident)),
        _ => false,
    };
    let mut originals = original.items.iter();
    item.items.retain(|_| !originals.next().is_some_and(is_repeated));
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

/// An `Aggregate` that is never used: the program does not compile. With the constants of what could be read of it.
pub(crate) fn aggregate(original: &DeriveInput, read: Option<&Aggregate<'_>>, krate: &CratePath) -> TokenStream {
    // A borrowing one could not even stand in.
    if original.generics.lifetimes().next().is_some() {
        return TokenStream::new();
    }
    let ident = &original.ident;
    let (_, types, _) = original.generics.split_for_impl();
    let mut bound = original.generics.clone();
    if bound.type_params().next().is_some() {
        let is_one =
            syn::parse_quote!(#ident #types: #krate::Apply + ::core::marker::Send + ::core::marker::Sync + 'static);
        bound.make_where_clause().predicates.push(is_one);
    }
    let (unique, constants) = read.map(|read| expand::stand_ins_of_unique(read, &bound)).unzip();
    let (impl_generics, _, where_clause) = bound.split_for_impl();
    quote! {
        const _: () = {
            #constants

            #[automatically_derived]
            impl #impl_generics #krate::Aggregate for #ident #types #where_clause {
                const NAME: &'static str = "";
                #unique

                fn root(&self) -> &#krate::Root<Self> {
                    ::core::unreachable!()
                }

                fn root_mut(&mut self, _: #krate::RootAccess<Self>) -> &mut #krate::Root<Self> {
                    ::core::unreachable!()
                }
            }
        };
    }
}

/// An `Application` that is never used.
pub(crate) fn application(original: &DeriveInput, krate: &CratePath) -> TokenStream {
    let ident = &original.ident;
    let (impl_generics, types, where_clause) = original.generics.split_for_impl();
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #impl_generics #krate::application::FromStore for #ident #types #where_clause {
                const AGGREGATES: &'static [&'static str] = &[];

                type Id = #krate::StreamId;
                type Event = ();

                fn kinds() -> ::std::vec::Vec<&'static [#krate::EventKind]> {
                    ::core::unreachable!()
                }

                fn decode(
                    _: &#krate::store::StoredEvent<'_>,
                    _: &mut dyn ::core::ops::FnMut(()),
                ) -> ::core::result::Result<(), #krate::error::DecodeError> {
                    ::core::unreachable!()
                }

                fn aggregate_schemas() -> ::std::vec::Vec<#krate::repository::AggregateSchema> {
                    ::core::unreachable!()
                }

                fn from_store(_: &::std::sync::Arc<dyn #krate::store::EventStore>) -> Self {
                    ::core::unreachable!()
                }

                fn store(&self) -> &::std::sync::Arc<dyn #krate::store::EventStore> {
                    ::core::unreachable!()
                }
            }

            #[automatically_derived]
            impl #impl_generics #krate::Application for #ident #types #where_clause {}
        };
    }
}

/// A `Schema` that is never used. Of a type that could be read, events know it still.
pub(crate) fn schema(original: &DeriveInput, read: Option<&Schema<'_>>) -> TokenStream {
    if let Some(item) = read {
        return expand::stand_in_schema(item);
    }
    let krate = CratePath::default();
    let ident = &original.ident;
    let (impl_generics, types, where_clause) = original.generics.split_for_impl();
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #impl_generics #krate::Schema for #ident #types #where_clause {
                const TYPE: #krate::schema::Type = #krate::schema::Type::Opaque("");
            }
        };
    }
}

/// A `View` that is never used, with what is marked as its key.
pub(crate) fn view(original: &DeriveInput, read: Option<&View<'_>>) -> TokenStream {
    if original.generics.lifetimes().next().is_some() {
        return TokenStream::new();
    }
    let krate = read.map(|view| view.krate.clone()).unwrap_or_default();
    let key: Vec<_> = read.iter().flat_map(|view| view.key()).map(|column| column.ty).collect();
    let key = match &*key {
        [] => quote!(bool),
        [key] => quote!(#key),
        [a, b, ..] => quote!((#a, #b)),
    };
    let ident = &original.ident;
    let (_, types, _) = original.generics.split_for_impl();
    let mut bound = original.generics.clone();
    let is_one = syn::parse_quote!(
        #ident #types: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static
    );
    bound.make_where_clause().predicates.push(is_one);
    let (impl_generics, _, where_clause) = bound.split_for_impl();
    quote! {
        const _: () = {
            #[automatically_derived]
            #[allow(trivial_bounds)]
            impl #impl_generics #krate::view::View for #ident #types #where_clause {
                type Key = #key;
                const NAME: &'static str = "";
                const COLUMNS: &'static [#krate::view::ColumnDef] = &[];
                const MAY_REFUSE: bool = false;

                fn key(&self) -> Self::Key {
                    ::core::unreachable!()
                }

                fn write(
                    &self,
                    _: &mut dyn ::core::ops::FnMut(#krate::view::Cell<'_>),
                ) -> ::core::result::Result<(), #krate::error::CellError> {
                    ::core::unreachable!()
                }

                fn read(_: &dyn #krate::view::RowCells) -> ::core::result::Result<Self, #krate::error::CellError> {
                    ::core::unreachable!()
                }
            }
        };
    }
}

/// The functions of a projection, and one that is never used.
pub(crate) fn projection(original: &ItemImpl, read: Option<&Projection<'_>>, krate: &CratePath) -> TokenStream {
    let (item, ty) = (expand::functions(original), &original.self_ty);
    let (impl_generics, _, where_clause) = original.generics.split_for_impl();
    if original.trait_.is_some() {
        return item.into_token_stream();
    }
    let implemented = if read.is_some_and(|read| read.sql.is_some()) {
        quote! {
            impl #impl_generics #krate::view::SqlProjection for #ty #where_clause {
                const NAME: &'static str = "";
                const VERSION: u32 = 1;
                const SOURCES: &'static [#krate::view::SqlSource<Self>] = &[];

                fn setup(_: &#krate::view::SqliteTx<'_>) -> #krate::rusqlite::Result<()> {
                    ::core::unreachable!()
                }
            }
        }
    } else {
        quote! {
            impl #impl_generics #krate::view::Projection for #ty #where_clause {
                const VERSION: u32 = 1;
                const SOURCES: &'static [#krate::view::Source<Self>] = &[];
            }
        }
    };
    quote! {
        #[allow(dead_code, unused_variables)]
        #item

        const _: () = {
            #[automatically_derived]
            #implemented
        };
    }
}
