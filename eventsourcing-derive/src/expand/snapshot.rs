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
use crate::crate_path::PathInText;
use crate::expand::field_shape::shape;
use crate::expand::{compared, storable};
use crate::names::unused;
use crate::tokens::{located_at, words};

/// The impl, under these bounds.
pub(super) fn snapshot(item: &Aggregate<'_>, snapshots: &Snapshots<'_>, generics: &Generics) -> TokenStream {
    let (krate, ident) = (&item.krate, &item.original.ident);
    let (impl_generics, types, where_clause) = generics.split_for_impl();
    let every = snapshots.every.map(|every| quote!(::core::option::Option::Some(#every)));
    let every = every.unwrap_or_else(|| quote!(::core::option::Option::None));
    let shapes = snapshots.fields.iter().map(|(field, opaque)| {
        let (name, shape) = (name(field), shape(krate, &Stored { ty: &field.ty, opaque: *opaque, is_as_typed: false }));
        quote!(#krate::schema::Field::new(#name, #shape))
    });
    let len = snapshots.fields.len();
    let serialize = snapshots.fields.iter().map(|(field, _)| {
        let (name, ident) = (name(field), &field.ident);
        let value = located_at(field.ty.span(), quote!(&self.#ident));
        quote!(#krate::__private::serde::ser::SerializeStruct::serialize_field(&mut __state, #name, #value)?;)
    });
    let idents: Vec<_> = snapshots.fields.iter().map(|(field, _)| &field.ident).collect();
    // In the struct that is read, `Self` would be that one.
    let aggregate = SelfType::declared(ident, &item.original.generics);
    let in_place_of_self = |ty: &Type| match &aggregate {
        Some(aggregate) => aggregate.in_place_of_self(ty.to_token_stream()),
        None => ty.to_token_stream(),
    };
    let tys = snapshots.fields.iter().map(|(field, _)| in_place_of_self(&field.ty));
    let used: HashSet<String> = words(item.original.to_token_stream()).into_iter().collect();
    let [of, read] = ["__of", "__State"].map(|name| Ident::new(&unused(name, &used), Span::call_site()));
    let compared = snapshots.fields.iter().filter(|(field, _)| compared::may_differ(&field.ty, &[]));
    let comparisons = compared.map(|(field, _)| {
        let (name, ident) = (name(field), &field.ident);
        compared::unless_equal(
            krate,
            &field.ty.to_token_stream(),
            &name,
            (&quote!(&self.#ident), &quote!(&__read.#ident)),
        )
    });
    let differing_field = compared::differing_field(krate, &quote!(#(#comparisons)*));
    let root = &item.root.ident;
    let parameters: Vec<_> = item.original.generics.type_params().map(|param| &param.ident).collect();
    let generics_of = &item.original.generics;
    let (_, own_types, own_where) = generics_of.split_for_impl();
    let PathInText { path: private, import } = krate.in_text(ident);
    let serde = quote!(#private::serde).to_string().replace(' ', "");
    let text = ident.unraw().to_string();
    let state = snapshots.fields.iter().map(|(field, opaque)| (&field.ty, *opaque));
    let storable = storable::of_types(krate, &item.original.generics, state);
    quote! {
        #storable
        #import

        #[derive(#krate::__private::serde::Deserialize)]
        #[serde(crate = #serde)]
        struct #read #generics_of #own_where {
            #(#idents: #tys,)*
            #[serde(skip)]
            #of: ::core::marker::PhantomData<fn() -> (#(#parameters,)*)>,
        }

        #[automatically_derived]
        impl #impl_generics #krate::snapshot::Snapshot for #ident #types #where_clause {
            const EVERY: ::core::option::Option<u64> = #every;
            const FIELDS: &'static [#krate::schema::Field] = const { &[#(#shapes),*] };

            fn serialize_state<__S: #krate::__private::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                let mut __state =
                    #krate::__private::serde::Serializer::serialize_struct(__serializer, #text, #len)?;
                #(#serialize)*
                #krate::__private::serde::ser::SerializeStruct::end(__state)
            }

            fn deserialize_state<'__de, __D: #krate::__private::serde::Deserializer<'__de>>(
                __root: #krate::Root<Self>,
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                let __state: #read #own_types = #krate::__private::serde::Deserialize::deserialize(__deserializer)?;
                ::core::result::Result::Ok(Self { #root: __root, #(#idents: __state.#idents,)* })
            }

            #differing_field
        }
    }
}

fn name(field: &Field) -> String {
    field.ident.as_ref().map(|ident| ident.unraw().to_string()).unwrap_or_default()
}
