//! `#[projection]` of a block that is in SQL.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ReturnType;
use syn::spanned::Spanned as _;

use crate::ast::cfgs;
use crate::ast::of_enum::OfEnum;
use crate::ast::projection::{InSql, Projection};
use crate::ast::row_handler::{Form, RowHandler};
use crate::crate_path::CratePath;
use crate::expand::arguments::taken;
use crate::expand::conditions::of_all;
use crate::expand::delivery::delivery;
use crate::expand::projection::{functions, source};
use crate::expand::{attributes, unhandled, unread};
use crate::tokens::located_at;

pub(super) fn sql_projection(item: &Projection<'_>, sql: &InSql<'_>) -> TokenStream {
    let (krate, ty, version, name) = (&item.krate, item.ty, item.version, &sql.name.text);
    let functions = functions(item.original);
    let enums = item.by_enum();
    let sources = enums.iter().map(|of| {
        let function = if of.is_by_own_id() { quote!(::by_id) } else { quote!(::of) };
        source(of, &quote!(#krate::view::SqlSource::<Self>), function)
    });
    let on = enums.iter().map(|of| on(item, of));
    let of_handlers = unhandled::asked(krate);
    let setup = sql.setup.map(|setup| {
        let (function, output) = (&setup.sig.ident, &setup.sig.output);
        called(output, quote!(Self::#function(__tx)))
    });
    let (cfgs, unread) = (cfgs(&item.original.attrs).collect::<Vec<_>>(), unread::refused(item.original));
    quote! {
        #functions

        #(#cfgs)*
        const _: () = {
            #of_handlers

            #[automatically_derived]
            impl #krate::view::SqlProjection for #ty {
                const NAME: &'static str = #name;
                const VERSION: u32 = #version;
                const SOURCES: &'static [#krate::view::SqlSource<Self>] = &[#(#sources),*];

                fn setup(__tx: &#krate::view::SqliteTx<'_>) -> #krate::rusqlite::Result<()> {
                    #setup
                }
            }
            #(#on)*
            #unread
        };
    }
}

fn on(item: &Projection<'_>, of: &OfEnum<'_, '_, Form>) -> TokenStream {
    let (krate, ty, aggregate) = (&item.krate, item.ty, of.aggregate());
    let (assertion, handled) = (unhandled::assertion(krate, of, &quote!(PROJECTION)), unhandled::handled(krate, of));
    let route = unhandled::route(krate, of, |number, handler| delivery(item, number, handler));
    let runs = of.handlers.iter().map(|(number, handler)| run(krate, of, *number, handler));
    let cfgs = of_all(of.handlers.iter().map(|(_, handler)| *handler));
    let event = quote!(<#aggregate as #krate::Apply>::Event);
    let (attributes, typed) = (attributes::of_handling(), unhandled::typed(of));
    quote! {
        #assertion

        #cfgs
        #attributes
        impl #krate::view::SqlOn<#aggregate> for #ty {
            #handled

            fn route(
                __at: &#krate::view::At<#aggregate>,
                __event: &#event,
                __to: &mut dyn ::core::ops::FnMut(#krate::view::SqlDelivery),
            ) {
                #route
            }

            fn run(
                __handler: u16,
                __tx: &#krate::view::SqliteTx<'_>,
                __at: &#krate::view::At<#aggregate>,
                __event: &#event,
            ) -> #krate::rusqlite::Result<()> {
                match (__handler, #typed) {
                    #(#runs)*
                    _ => ::core::result::Result::Ok(()),
                }
            }
        }
    }
}

/// Calls the handler with what is in the event.
fn run(krate: &CratePath, of: &OfEnum<'_, '_, Form>, number: u16, handler: &RowHandler<'_>) -> TokenStream {
    let (signature, cfgs) = (&handler.original.sig, handler.cfgs());
    let (pattern, arguments) = taken(krate, of, handler);
    let function = &signature.ident;
    let call = called(&signature.output, quote!(Self::#function(__tx, #arguments)));
    quote!(#(#cfgs)* (#number, #pattern) => { #call })
}

/// That a function returns something else is said under what it returns.
pub(super) fn called(output: &ReturnType, call: TokenStream) -> TokenStream {
    match output {
        ReturnType::Default => call,
        ReturnType::Type(_, ty) => located_at(ty.span(), call),
    }
}
