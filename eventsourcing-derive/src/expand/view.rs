//! `#[derive(View)]`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::spanned::Spanned as _;

use crate::ast::view::{Column, View};
use crate::tokens::located_at;

pub(crate) fn view(item: &View<'_>) -> TokenStream {
    let (krate, ident, name) = (&item.krate, &item.original.ident, &item.name.text);
    let columns = item.columns.iter().map(|column| definition(item, column));
    let may_refuse = item.columns.iter().map(|column| of(item, column, &quote!(MAY_REFUSE)));
    let write = item.columns.iter().map(|column| write(item, column));
    let read = item.columns.iter().enumerate().map(|(index, column)| read(item, index, column));
    let (key_type, key) = key(item);
    let indexes = indexes(item);
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #krate::__private::{NotCompared as _, SerdeColumn as _};

            #[automatically_derived]
            impl #krate::__private::DerivedRow for #ident {}

            #[automatically_derived]
            impl #krate::view::View for #ident {
                type Key = #key_type;

                const NAME: &'static str = #name;
                const COLUMNS: &'static [#krate::view::ColumnDef] = &[#(#columns),*];
                const MAY_REFUSE: bool = #(#may_refuse)||*;

                fn key(&self) -> #key_type {
                    #key
                }

                fn write(
                    &self,
                    __each: &mut dyn ::core::ops::FnMut(#krate::view::Cell<'_>),
                ) -> ::core::result::Result<(), #krate::error::CellError> {
                    #(#write)*
                    ::core::result::Result::Ok(())
                }

                fn read(
                    __cells: &dyn #krate::view::RowCells,
                ) -> ::core::result::Result<Self, #krate::error::CellError> {
                    ::core::result::Result::Ok(Self { #(#read,)* })
                }
            }
            #indexes
        };
    }
}

/// An item of how a column's type is kept; what is wrong with the type is said under it.
fn of(item: &View<'_>, column: &Column<'_>, wanted: &TokenStream) -> TokenStream {
    let (krate, ty) = (&item.krate, column.ty);
    located_at(ty.span(), quote!(#krate::__private::ColumnOf::<#ty>::#wanted))
}

fn definition(item: &View<'_>, column: &Column<'_>) -> TokenStream {
    let (krate, name, is_key, is_indexed) = (&item.krate, &column.name, column.is_key, column.index.is_some());
    let (column_type, is_optional) = (of(item, column, &quote!(TYPE)), of(item, column, &quote!(IS_OPTIONAL)));
    quote!(#krate::__private::column(#name, #column_type, #is_optional, #is_key, #is_indexed))
}

fn write(item: &View<'_>, column: &Column<'_>) -> TokenStream {
    let field = column.field;
    let cell = cell(item, column, &quote!(&self.#field));
    quote!(__each(#cell?);)
}

/// What the column makes of a value, or why it refuses it.
fn cell(item: &View<'_>, column: &Column<'_>, value: &TokenStream) -> TokenStream {
    let (krate, name, ty) = (&item.krate, &column.name, column.ty);
    let codec = of(item, column, &quote!(codec()));
    quote!(#codec.write(#name, #value, #krate::__private::Compared::<#ty>::differ))
}

fn read(item: &View<'_>, index: usize, column: &Column<'_>) -> TokenStream {
    let (krate, name, field) = (&item.krate, &column.name, column.field);
    let codec = of(item, column, &quote!(codec()));
    let cell = quote!(#krate::view::RowCells::cell(__cells, #index)?);
    quote!(#field: #codec.read(#name, &#cell)?)
}

/// Its type, and what it is of a row.
fn key(item: &View<'_>) -> (TokenStream, TokenStream) {
    let part = |column: &Column<'_>| {
        let field = column.field;
        quote!(::core::clone::Clone::clone(&self.#field))
    };
    let parts: Vec<_> = item.key().map(|column| (column.ty.to_token_stream(), part(column))).collect();
    if let [(ty, value)] = &*parts {
        return (ty.clone(), value.clone());
    }
    let (types, values): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    // What is no key is said in the fields.
    let first = item.key().map(|column| column.ty.span()).next().unwrap_or_else(Span::call_site);
    (located_at(first, quote!((#(#types),*))), quote!((#(#values),*)))
}

/// A constant for each column that rows are looked up by.
fn indexes(item: &View<'_>) -> Option<TokenStream> {
    let (krate, ident, vis) = (&item.krate, &item.original.ident, &item.original.vis);
    let indexed: Vec<_> = item.columns.iter().filter(|column| column.index.is_some()).collect();
    let constants = indexed.iter().map(|column| {
        let (ty, name) = (column.ty, &column.name);
        let cell = cell(item, column, &quote!(__value));
        let constant = format_ident!("{}", name.to_uppercase(), span = column.field.span());
        let docs = format!("The column `{name}`, which rows are looked up by.");
        quote! {
            #[doc = #docs]
            #vis const #constant: #krate::view::IndexedColumn<Self, #ty> =
                #krate::__private::indexed_column(#name, |__value| #cell);
        }
    });
    (!indexed.is_empty()).then(|| {
        quote! {
            #[allow(private_interfaces, dead_code)]
            impl #ident {
                #(#constants)*
            }
        }
    })
}
