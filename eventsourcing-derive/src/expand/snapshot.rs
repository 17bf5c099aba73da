//! `Snapshot`, for `#[aggregate(snapshot_every = ..)]`.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Field, Generics, Ident, Type};

use crate::ast::aggregate::{Aggregate, Snapshots};
use crate::ast::schema::Stored;
use crate::ast::self_type::SelfType;
use crate::crate_path::{CratePath, PathInText};
use crate::expand::field_shape::shape;
use crate::expand::{compared, storable};
use crate::names::unused;
use crate::tokens::{located_at, words};

/// The impl, under these bounds.
pub(super) fn snapshot(item: &Aggregate<'_>, snapshots: &Snapshots<'_>, generics: &Generics) -> TokenStream {
    let (krate, ident) = (&item.krate, &item.original.ident);
    let (impl_generics, types, where_clause) = generics.split_for_impl();
    let used: HashSet<String> = words(item.original.to_token_stream()).into_iter().collect();
    let read = Ident::new(&unused("__State", &used), Span::call_site());
    let state = snapshots.fields.iter().map(|(field, opaque)| (&field.ty, *opaque));
    let storable = storable::of_types(krate, &item.original.generics, state);
    let read_struct = read_struct(item, snapshots, &read, &used);
    let constants = constants(krate, snapshots);
    let serialize = serialize(item, snapshots);
    let deserialize = deserialize(item, snapshots, &read);
    let differing_field = differing_field(krate, snapshots);
    quote! {
        #storable
        #read_struct

        #[automatically_derived]
        impl #impl_generics #krate::snapshot::Snapshot for #ident #types #where_clause {
            #constants
            #serialize
            #deserialize
            #differing_field
        }
    }
}

/// The struct that a snapshot is read as: the state without the root.
fn read_struct(item: &Aggregate<'_>, snapshots: &Snapshots<'_>, read: &Ident, used: &HashSet<String>) -> TokenStream {
    let (krate, ident, generics) = (&item.krate, &item.original.ident, &item.original.generics);
    let idents = idents(snapshots);
    // `Self` would be this struct.
    let aggregate = SelfType::declared(ident, generics);
    let in_place_of_self = |ty: &Type| match &aggregate {
        Some(aggregate) => aggregate.in_place_of_self(ty.to_token_stream()),
        None => ty.to_token_stream(),
    };
    let tys = snapshots.fields.iter().map(|(field, _)| in_place_of_self(&field.ty));
    let of = Ident::new(&unused("__of", used), Span::call_site());
    let parameters = generics.type_params().map(|param| &param.ident);
    let where_clause = &generics.where_clause;
    let PathInText { path: private, import } = krate.in_text(ident);
    let serde = quote!(#private::serde).to_string().replace(' ', "");
    quote! {
        #import

        #[derive(#krate::__private::serde::Deserialize)]
        #[serde(crate = #serde)]
        struct #read #generics #where_clause {
            #(#idents: #tys,)*
            #[serde(skip)]
            #of: ::core::marker::PhantomData<fn() -> (#(#parameters,)*)>,
        }
    }
}

/// When snapshots are taken, and of what.
fn constants(krate: &CratePath, snapshots: &Snapshots<'_>) -> TokenStream {
    let every = snapshots.every.map(|every| quote!(::core::option::Option::Some(#every)));
    let every = every.unwrap_or_else(|| quote!(::core::option::Option::None));
    let fields = snapshots.fields.iter().map(|(field, opaque)| {
        let (name, shape) = (name(field), shape(krate, &Stored { ty: &field.ty, opaque: *opaque, is_as_typed: false }));
        quote!(#krate::schema::Field::new(#name, #shape))
    });
    quote! {
        const EVERY: ::core::option::Option<u64> = #every;
        const FIELDS: &'static [#krate::schema::Field] = const { &[#(#fields),*] };
    }
}

fn serialize(item: &Aggregate<'_>, snapshots: &Snapshots<'_>) -> TokenStream {
    let krate = &item.krate;
    let (text, len) = (item.original.ident.unraw().to_string(), snapshots.fields.len());
    let fields = snapshots.fields.iter().map(|(field, _)| {
        let (name, ident) = (name(field), &field.ident);
        let value = located_at(field.ty.span(), quote!(&self.#ident));
        quote!(#krate::__private::serde::ser::SerializeStruct::serialize_field(&mut __state, #name, #value)?;)
    });
    quote! {
        fn serialize_state<__S: #krate::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            let mut __state = #krate::__private::serde::Serializer::serialize_struct(__serializer, #text, #len)?;
            #(#fields)*
            #krate::__private::serde::ser::SerializeStruct::end(__state)
        }
    }
}

fn deserialize(item: &Aggregate<'_>, snapshots: &Snapshots<'_>, read: &Ident) -> TokenStream {
    let (krate, root, idents) = (&item.krate, &item.root.ident, idents(snapshots));
    let (_, types, _) = item.original.generics.split_for_impl();
    quote! {
        fn deserialize_state<'__de, __D: #krate::__private::serde::Deserializer<'__de>>(
            __root: #krate::Root<Self>,
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            let __state: #read #types = #krate::__private::serde::Deserialize::deserialize(__deserializer)?;
            ::core::result::Result::Ok(Self { #root: __root, #(#idents: __state.#idents,)* })
        }
    }
}

fn differing_field(krate: &CratePath, snapshots: &Snapshots<'_>) -> TokenStream {
    let compared = snapshots.fields.iter().filter(|(field, _)| compared::may_differ(&field.ty, &[]));
    let comparisons = compared.map(|(field, _)| {
        let (name, ident, ty) = (name(field), &field.ident, field.ty.to_token_stream());
        compared::unless_equal(krate, &ty, &name, (&quote!(&self.#ident), &quote!(&__read.#ident)))
    });
    compared::differing_field(krate, &quote!(#(#comparisons)*))
}

fn idents<'a>(snapshots: &'a Snapshots<'_>) -> Vec<&'a Option<Ident>> {
    snapshots.fields.iter().map(|(field, _)| &field.ident).collect()
}

fn name(field: &Field) -> String {
    field.ident.as_ref().map(|ident| ident.unraw().to_string()).unwrap_or_default()
}
