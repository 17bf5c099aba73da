//! `#[projection]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned as _;
use syn::{Type, parse_quote};

use crate::ast::impl_block::{BlockItem, ImplBlock};
use crate::ast::of_enum::OfEnum;
use crate::ast::projection::Projection;
use crate::ast::row_handler::{Form, RowHandler};
use crate::ast::{cfgs, without_handler_marks};
use crate::crate_path::CratePath;
use crate::expand::arguments::taken;
use crate::expand::conditions::of_all;
use crate::expand::delivery::delivery;
use crate::expand::{attributes, unhandled, unread};
use crate::tokens::located_at;

pub(crate) fn projection(item: &Projection<'_>) -> TokenStream {
    let (krate, ty, version) = (&item.krate, item.ty, item.version);
    let functions = functions(item.original);
    let enums = item.by_enum();
    let sources = enums.iter().map(|of| {
        let (aggregate, cfgs) = (of.aggregate(), of_all(of.handlers.iter().map(|(_, handler)| *handler)));
        let source = if of.is_by_id() { quote!(BY_ID) } else { quote!(BY_KEY) };
        let of_events = located_at(of.events.span(), quote!(#krate::__private::SourceOf::<Self, #aggregate>::#source));
        quote!(#cfgs #of_events)
    });
    let on = enums.iter().map(|of| on(item, of));
    let cfgs: Vec<_> = cfgs(&item.original.attrs).collect();
    let of_handlers = unhandled::asked(krate);
    let (is_row, asked, unread) = (is_row(krate, ty), asked(item, &enums), unread::refused(item.original));
    quote! {
        #functions

        #(#cfgs)*
        const _: () = {
            #of_handlers
            #asked

            #[automatically_derived]
            impl #krate::view::Projection for #ty #is_row {
                const VERSION: u32 = #version;
                const SOURCES: &'static [#krate::view::Source<Self>] = &[#(#sources),*];
            }
            #(#on)*
            #unread
        };
    }
}

/// Of a type that is no row, the impls are then not there, in silence: [`asked`] says so. <https://github.com/rust-lang/rust/issues/48214>
fn is_row(krate: &CratePath, ty: &Type) -> TokenStream {
    quote!(where for<'__a> #ty: #krate::view::View,)
}

/// Asks the compiler whether it is the row of a view, under its name; and where an event goes to the row of its aggregate, whether there is one, under the
/// event.
fn asked(item: &Projection<'_>, enums: &[OfEnum<'_, '_, Form>]) -> TokenStream {
    let (krate, ty) = (&item.krate, item.ty);
    let row = located_at(ty.span(), quote!(#krate::__private::RowOf::<#ty>::is_row();));
    let keys = enums.iter().filter_map(|of| {
        let (_, handler) = of.without_key()?;
        let (aggregate, cfgs) = (of.aggregate(), handler.cfgs());
        let question = quote!(#krate::__private::RowOf::<#ty>::is_found_by_id_of::<#aggregate>());
        let question = located_at(handler.variant.span(), question);
        Some(quote!(#(#cfgs)* #question;))
    });
    quote! {
        #[allow(unused_imports)]
        use #krate::__private::{NoSource as _, NotARow as _};

        const _: fn() = || {
            #row
            #(#keys)*
        };
    }
}

/// The source of the events of an enum.
pub(super) fn source<F>(of: &OfEnum<'_, '_, F>, ty: &TokenStream, function: TokenStream) -> TokenStream {
    let (aggregate, function) = (of.aggregate(), located_at(of.events.span(), function));
    let cfgs = of_all(of.handlers.iter().map(|(_, handler)| *handler));
    quote!(#cfgs #ty #function::<#aggregate>())
}

/// The block as it was written, without our marks.
pub(crate) fn functions(original: &ImplBlock) -> ImplBlock {
    let mut block = original.clone();
    for item in &mut block.items {
        if let BlockItem::Fn(function) = item {
            // What its form asks for may not be all used.
            if without_handler_marks(function) {
                function.attrs.push(parse_quote!(#[allow(
                    clippy::needless_pass_by_value,
                    clippy::unnecessary_wraps,
                    clippy::unused_self,
                )]));
            }
        }
    }
    block
}

fn on(item: &Projection<'_>, of: &OfEnum<'_, '_, Form>) -> TokenStream {
    let (krate, ty, aggregate) = (&item.krate, item.ty, of.aggregate());
    let (assertion, handled) = (unhandled::assertion(krate, of, &quote!(PROJECTION)), unhandled::handled(krate, of));
    let route = unhandled::route(krate, of, |number, handler| delivery(item, number, handler));
    let runs = of.handlers.iter().map(|(number, handler)| run(item, of, *number, handler));
    let cfgs = of_all(of.handlers.iter().map(|(_, handler)| *handler));
    let (event, is_row) = (quote!(<#aggregate as #krate::Apply>::Event), is_row(krate, ty));
    let is_found_by_id =
        of.without_key().map(|_| quote!(for<'__a> <#ty as #krate::view::View>::Key: #krate::view::KeyOf<#aggregate>,));
    let (attributes, typed) = (attributes::of_handling(), unhandled::typed(of));
    quote! {
        #assertion

        #cfgs
        #attributes
        impl #krate::view::On<#aggregate> for #ty #is_row #is_found_by_id {
            #handled

            fn route(
                __at: &#krate::view::At<#aggregate>,
                __event: &#event,
                __to: &mut dyn ::core::ops::FnMut(#krate::view::Delivery<Self::Key>),
            ) {
                #route
            }

            fn run(
                __handler: u16,
                __at: &#krate::view::At<#aggregate>,
                __event: &#event,
                __row: &mut ::core::option::Option<Self>,
            ) -> ::core::result::Result<(), #krate::view::MissingRow> {
                match (__handler, #typed) {
                    #(#runs)*
                    _ => {}
                }
                ::core::result::Result::Ok(())
            }
        }
    }
}

/// Calls the handler with what is in the event.
fn run(item: &Projection<'_>, of: &OfEnum<'_, '_, Form>, number: u16, handler: &RowHandler<'_>) -> TokenStream {
    let (krate, function, cfgs) = (&item.krate, &handler.original.sig.ident, handler.cfgs());
    let (pattern, arguments) = taken(krate, of, handler);
    let call = match handler.form {
        Form::Make => quote!(*__row = ::core::option::Option::Some(Self::#function(#arguments));),
        Form::Change => quote!(Self::#function(__row.as_mut().ok_or(#krate::view::MissingRow)?, #arguments);),
        Form::ChangeOrDelete => {
            quote!(*__row = Self::#function(__row.take().ok_or(#krate::view::MissingRow)?, #arguments);)
        }
        Form::MakeOrChange => {
            quote!(*__row = ::core::option::Option::Some(Self::#function(__row.take(), #arguments));)
        }
        Form::Replace => quote!(*__row = Self::#function(__row.take(), #arguments);),
        // Of another kind of projection.
        Form::Sql => TokenStream::new(),
    };
    quote!(#(#cfgs)* (#number, #pattern) => { #call })
}
