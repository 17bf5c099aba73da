//! `#[derive(Schema)]`.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Generics;
use syn::spanned::Spanned as _;

use crate::ast::schema::{Content, Schema, SchemaField, Stored, Variant};
use crate::crate_path::CratePath;
use crate::expand::field_shape::{aliases, shape};
use crate::expand::obligations::History;
use crate::expand::{obligations, storable};
use crate::spelled::spelling;

pub(crate) fn schema(item: &Schema<'_>, history: &History<'_>) -> TokenStream {
    let krate = &item.krate;
    let definition =
        |definition: TokenStream| quote!(__definitions.add(&<Self as #krate::Schema>::TYPE, const { #definition }););
    let define = match &item.content {
        Content::Unit => TokenStream::new(),
        Content::Same(stored) => define(krate, stored).unwrap_or_default(),
        Content::Tuple(parts) => parts.iter().filter_map(|stored| define(krate, stored)).collect(),
        Content::Fields(fields) => {
            let fields = fields.iter().map(|field| self::field(krate, field));
            definition(quote!(#krate::schema::Definition::Fields(&[#(#fields),*])))
        }
        Content::Variants(tagging, variants) => {
            let variants = variants.iter().map(|variant| self::variant(krate, variant));
            definition(quote!(#krate::schema::Definition::Variants(#tagging, &[#(#variants),*])))
        }
    };
    let define = quote! {
        fn define(__definitions: &mut #krate::schema::Definitions) {
            #define
        }
    };
    let schema = schema_impl(item, &define);
    let obligations = obligations::of_type(krate, &history.obligations);
    let lock = obligations::depends_on_lock(history);
    let storable = storable::of_schema(item);
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #krate::__private::NotSampled as _;

            #schema
            #storable
            #obligations
            #lock
        };
    }
}

/// What stands in for a `Schema` with a mistake: the same type, so that nothing is wrong with what holds it.
pub(crate) fn stand_in_schema(item: &Schema<'_>) -> TokenStream {
    let schema = schema_impl(item, &TokenStream::new());
    quote!(const _: () = { #schema };)
}

fn schema_impl(item: &Schema<'_>, define: &TokenStream) -> TokenStream {
    let (krate, ident) = (&item.krate, &item.original.ident);
    let generics = bounded(&item.original.generics, krate);
    let (impl_generics, types, where_clause) = generics.split_for_impl();
    let ty = ty(item);
    quote! {
        #[automatically_derived]
        impl #impl_generics #krate::Schema for #ident #types #where_clause {
            const TYPE: #krate::schema::Type = #ty;

            #define
        }
    }
}

/// What values of it are stored as.
fn ty(item: &Schema<'_>) -> TokenStream {
    let (krate, name) = (&item.krate, &item.name.text);
    match &item.content {
        Content::Unit => quote!(#krate::schema::Type::Plain("()")),
        Content::Same(stored) => stored_type(krate, stored),
        Content::Tuple(parts) => {
            let types = parts.iter().map(|stored| stored_type(krate, stored));
            quote!(#krate::schema::Type::Tuple(&[#(&#types),*]))
        }
        Content::Fields(_) | Content::Variants(..) => {
            let parameters = item.original.generics.type_params().map(|param| &param.ident);
            let kind = if item.content.is_unit_enum() { quote!(UnitEnum) } else { quote!(Named) };
            quote!(#krate::schema::Type::#kind(#name, &[#(&<#parameters as #krate::Schema>::TYPE),*]))
        }
    }
}

/// Every type parameter is a `Schema`.
fn bounded(generics: &Generics, krate: &CratePath) -> Generics {
    let mut generics = generics.clone();
    for param in generics.type_params_mut() {
        param.bounds.push(syn::parse_quote!(#krate::Schema));
    }
    generics
}

fn stored_type(krate: &CratePath, stored: &Stored<'_>) -> TokenStream {
    let ty = stored.ty;
    if stored.opaque {
        let spelling = spelling(ty.to_token_stream());
        quote!(#krate::schema::Type::Opaque(#spelling))
    } else {
        quote_spanned!(ty.span()=> <#ty as #krate::Schema>::TYPE)
    }
}

fn define(krate: &CratePath, stored: &Stored<'_>) -> Option<TokenStream> {
    let ty = stored.ty;
    (!stored.opaque).then(|| quote!(<#ty as #krate::Schema>::define(__definitions);))
}

fn field(krate: &CratePath, field: &SchemaField<'_>) -> TokenStream {
    let (name, shape) = (&field.name.text, shape(krate, &field.stored));
    let defaulted = field.defaulted.then(|| quote!(.defaulted()));
    let aliases = aliases(&field.aliases);
    quote!(#krate::schema::Field::new(#name, #shape)#defaulted #aliases)
}

fn variant(krate: &CratePath, variant: &Variant<'_>) -> TokenStream {
    let (name, aliases) = (&variant.name.text, aliases(&variant.aliases));
    let made = match &variant.content {
        Content::Unit | Content::Variants(..) => quote!(#krate::schema::Variant::unit(#name)),
        Content::Same(stored) => {
            let shape = shape(krate, stored);
            quote!(#krate::schema::Variant::of(#name, const { &[#shape] }))
        }
        Content::Tuple(parts) => {
            let shapes = parts.iter().map(|stored| shape(krate, stored));
            quote!(#krate::schema::Variant::of(#name, const { &[#(#shapes),*] }))
        }
        Content::Fields(fields) => {
            let fields = fields.iter().map(|field| self::field(krate, field));
            quote!(#krate::schema::Variant::fields(#name, const { &[#(#fields),*] }))
        }
    };
    quote!(#made #aliases)
}
