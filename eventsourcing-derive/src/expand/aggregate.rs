//! `#[derive(Aggregate)]`.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Generics};

use crate::ast::aggregate::{Aggregate, AggregateName};
use crate::crate_path::CratePath;
use crate::expand::snapshot::snapshot;
use crate::expand::types::{is_known_outside, is_primitive};
use crate::expand::unique;
use crate::tokens::located_at;

pub(crate) fn aggregate(item: &Aggregate<'_>) -> TokenStream {
    let (krate, ident) = (&item.krate, &item.original.ident);
    let name = match &item.name {
        AggregateName::Text(name) => name.text.to_token_stream(),
        AggregateName::Expression(expression) => {
            let checked = located_at(expression.span(), quote!(#krate::__private::checked_name));
            quote!(#checked(#expression))
        }
    };
    let generics = bound(item);
    let (impl_generics, types, where_clause) = generics.split_for_impl();
    let (field, in_root) = (&item.root.ident, root_field(item));
    let tied = item.event.as_ref().map(|event| {
        let tied = quote_spanned!(event.span()=> #krate::__private::events_of::<#event, #ident #types>());
        let recording = recording(item, &generics);
        quote! {
            #[allow(dead_code)]
            fn tied #impl_generics () #where_clause { #tied }
            #recording
        }
    });
    let snapshots = item.snapshots.as_ref();
    let snapshot = snapshots.map(|snapshots| snapshot(item, snapshots, &generics));
    let snapshots = snapshots.map(|_| {
        let some = quote!(::core::option::Option::Some(#krate::snapshot::SnapshotSupport::new()));
        quote!(const SNAPSHOTS: ::core::option::Option<#krate::snapshot::SnapshotSupport<Self>> = #some;)
    });
    let (unique, constants) = (unique::fields(item), unique::constants(item, &generics));
    let interior = unless_interior_mutable(item);
    let replay_check = replay_check(item);
    let is_deprecated = item.original.attrs.iter().any(|attribute| attribute.path().is_ident("deprecated"));
    let allow = is_deprecated.then(|| quote!(#[allow(deprecated)]));
    quote! {
        #allow
        const _: () = {
            #[automatically_derived]
            impl #impl_generics #krate::Aggregate for #ident #types #where_clause {
                const NAME: &'static str = #name;
                const REPLAY_CHECK: #krate::ReplayCheck<Self> = #replay_check;
                #snapshots
                #unique

                fn root(&self) -> &#krate::Root<Self> {
                    #in_root::get(&self.#field)
                }

                fn root_mut(&mut self, _: #krate::RootAccess<Self>) -> &mut #krate::Root<Self> {
                    #in_root::get_mut(&mut self.#field)
                }
            }
            #tied
            #snapshot
            #constants
            #interior
        };
    }
}

/// The trait that the type of the root is asked for, under that: of one that is no root, all that asks for it is one message.
fn root_field(item: &Aggregate<'_>) -> TokenStream {
    let (krate, ty) = (&item.krate, &item.root.ty);
    located_at(ty.span(), quote!(<#ty as #krate::__private::RootField<Self>>))
}

/// How the aggregate is compared with what its events make it: without the fields that change otherwise.
fn replay_check(item: &Aggregate<'_>) -> TokenStream {
    let krate = &item.krate;
    let check = quote!(#krate::__private::replay_check!(Self));
    if !item.has_interior_mutable {
        return check;
    }
    let comparisons = item.changed_by_events.iter().map(|field| {
        let (ident, ty) = (&field.ident, &field.ty);
        quote!(#krate::__private::Compared::<#ty>::differ(&__saved.#ident, &__replayed.#ident) ||)
    });
    quote! {{
        #[allow(unused_imports)]
        use #krate::__private::NotCompared as _;
        #krate::__private::replay_check_of_state(#check, |__saved: &Self, __replayed: &Self| #(#comparisons)* false)
    }}
}

/// A question to the compiler for each field whose type does not show it: whether the state can change without an event.
fn unless_interior_mutable(item: &Aggregate<'_>) -> TokenStream {
    let krate = &item.krate;
    let generics = &item.original.generics;
    let types = item.changed_by_events.iter().map(|field| &field.ty);
    let types = types.filter(|ty| !is_primitive(ty) && is_known_outside(generics, ty));
    types
        .map(|ty| {
            located_at(
                ty.span(),
                quote!(#krate::__private::changes_without_an_event_unless_marked_interior_mutable!(#ty);),
            )
        })
        .collect()
}

/// How events that the user wrote are recorded: within the module of the aggregate, as what is not `pub`.
fn recording(item: &Aggregate<'_>, generics: &Generics) -> TokenStream {
    let (krate, ident, field, in_root) = (&item.krate, &item.original.ident, &item.root.ident, root_field(item));
    let (impl_generics, types, where_clause) = generics.split_for_impl();
    quote! {
        #[allow(dead_code)]
        impl #impl_generics #ident #types #where_clause {
            /// Starts an aggregate with its first event.
            fn begin(
                event: <Self as #krate::Apply>::Event,
            ) -> ::core::result::Result<Self, #krate::error::CreateError> {
                #krate::Root::begin(event, |__aggregate| #in_root::get_mut(&mut __aggregate.#field))
            }

            /// Records an event and brings the state up to date with it.
            fn record(&mut self, event: <Self as #krate::Apply>::Event) {
                #krate::Root::record(self, |__aggregate| #in_root::get_mut(&mut __aggregate.#field), event);
            }
        }
    }
}

/// The bounds of a generic aggregate may stand at its events alone: it is an aggregate wherever it has events. (Of one that is
/// not generic it is said outright, so that missing events are reported.)
pub(crate) fn bound_as_its_events(original: &DeriveInput, krate: &CratePath) -> Generics {
    let mut generics = original.generics.clone();
    if generics.type_params().next().is_some() {
        let (ident, (_, types, _)) = (&original.ident, original.generics.split_for_impl());
        let bound = syn::parse_quote!(
            #ident #types: #krate::Apply + ::core::marker::Send + ::core::marker::Sync + 'static
        );
        generics.make_where_clause().predicates.push(bound);
    }
    generics
}

/// The same, and what a snapshot asks of the type parameters if there are any.
fn bound(item: &Aggregate<'_>) -> Generics {
    let krate = &item.krate;
    let mut generics = bound_as_its_events(item.original, krate);
    if item.snapshots.is_some() {
        for param in generics.type_params_mut() {
            param.bounds.push(syn::parse_quote!(#krate::__private::serde::Serialize));
            param.bounds.push(syn::parse_quote!(#krate::__private::serde::de::DeserializeOwned));
            param.bounds.push(syn::parse_quote!(#krate::Schema));
        }
    }
    generics
}
