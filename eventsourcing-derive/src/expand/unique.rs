//! The fields of an aggregate whose values are unique.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Generics;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use crate::ast::aggregate::Aggregate;
use crate::ast::unique::Unique;
use crate::tokens::located_at;

/// What the aggregate says of them; nothing without any.
pub(super) fn fields(item: &Aggregate<'_>) -> Option<TokenStream> {
    let krate = &item.krate;
    definitions(item, name, |unique| {
        let (ident, ty) = (unique.ident, &unique.field.ty);
        // What is wrong with the type is said under it.
        let claimed = located_at(ty.span(), quote!(#krate::__private::claimed::<#ty>));
        quote!(|__aggregate| #claimed(&__aggregate.#ident))
    })
}

/// For the fallback: the same of fields that hold nothing, and the constants.
pub(crate) fn stand_ins(item: &Aggregate<'_>, generics: &Generics) -> (Option<TokenStream>, Option<TokenStream>) {
    // A name that was refused is not given to the compiler, too.
    let fields = definitions(item, stand_in_name, |_| quote!(|_| ::core::option::Option::None));
    (fields, all_constants(item, stand_in_name, generics))
}

fn name(unique: &Unique<'_>) -> String {
    unique.name.text.clone()
}

fn stand_in_name(unique: &Unique<'_>) -> String {
    unique.constant().to_string()
}

fn definitions(
    item: &Aggregate<'_>,
    name: fn(&Unique<'_>) -> String,
    claimed: impl Fn(&Unique<'_>) -> TokenStream,
) -> Option<TokenStream> {
    let krate = &item.krate;
    let fields = item.unique.iter().map(|unique| {
        let (name, claimed) = (name(unique), claimed(unique));
        quote!(#krate::unique::Unique::new(#name, #claimed))
    });
    (!item.unique.is_empty()).then(|| {
        quote! {
            const UNIQUE: &'static [#krate::unique::Unique<Self>] = &[#(#fields),*];
        }
    })
}

/// A constant for each, which aggregates are found by.
pub(super) fn constants(item: &Aggregate<'_>, generics: &Generics) -> Option<TokenStream> {
    all_constants(item, name, generics)
}

fn all_constants(item: &Aggregate<'_>, name: fn(&Unique<'_>) -> String, generics: &Generics) -> Option<TokenStream> {
    let (krate, ident, vis) = (&item.krate, &item.original.ident, &item.original.vis);
    let (impl_generics, types, where_clause) = generics.split_for_impl();
    let constants = item.unique.iter().map(|unique| {
        let (ty, name, constant) = (&unique.field.ty, name(unique), unique.constant());
        let docs = format!("The field `{}`, whose values are unique.", unique.ident.unraw());
        quote! {
            #[doc = #docs]
            #vis const #constant: #krate::unique::UniqueField<Self, #ty> = #krate::unique::UniqueField::named(#name);
        }
    });
    (!item.unique.is_empty()).then(|| {
        quote! {
            #[allow(private_interfaces, dead_code)]
            impl #impl_generics #ident #types #where_clause {
                #(#constants)*
            }
        }
    })
}
