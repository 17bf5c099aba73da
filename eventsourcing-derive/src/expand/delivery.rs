//! Which row an event goes to.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned as _;

use crate::ast::projection::Projection;
use crate::ast::row_handler::{Form, RowHandler};
use crate::expand::key::by_key;
use crate::tokens::located_at;

/// Gives the delivery of an event to a handler.
pub(super) fn delivery(item: &Projection<'_>, number: u16, handler: &RowHandler<'_>) -> TokenStream {
    let (krate, cfgs, variant) = (&item.krate, handler.cfgs(), &handler.variant);
    let (replaces, is_in_sql) = (handler.form == Form::Make, handler.form == Form::Sql);
    let Some(key) = &handler.key else {
        if is_in_sql {
            let none = quote!(::core::option::Option::None);
            return quote!(#(#cfgs)* { __to(#krate::view::SqlDelivery { handler: #number, key: #none }); });
        }
        // That the view's key is no such id is said under the event.
        let of_id = located_at(variant.span(), quote!(#krate::view::KeyOf::of));
        let id = located_at(variant.span(), quote!(__at.id()));
        return quote! {
            #(#cfgs)*
            {
                __to(#krate::view::Delivery { key: #of_id(#id), handler: #number, replaces: #replaces });
            }
        };
    };
    by_key(handler, key, |value| {
        if is_in_sql {
            let of = located_at(key.span(), quote!(#krate::view::SqlKey::of));
            let lent = located_at(key.span(), quote!(&));
            let key = quote!(::core::option::Option::Some(#of(#lent #value)));
            quote!(#krate::view::SqlDelivery { handler: #number, key: #key })
        } else {
            quote!(#krate::view::Delivery { key: #value, handler: #number, replaces: #replaces })
        }
    })
}
