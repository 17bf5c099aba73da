//! `#[process]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse_quote;
use syn::spanned::Spanned as _;

use crate::ast::impl_block::{BlockItem, ImplBlock};
use crate::ast::process::Process;
use crate::ast::timer::Timer;
use crate::ast::{cfgs, without_handler_marks};
use crate::expand::handler_body::Lenders;
use crate::expand::lent::lenders;
use crate::expand::projection::source;
use crate::expand::reaction::{cx, future, if_aggregate, reacts, went_on};
use crate::expand::unread;
use crate::tokens::located_at;

pub(crate) fn process(item: &Process<'_>) -> TokenStream {
    let (krate, ty) = (&item.krate, &item.original.self_ty);
    // What the type of the application lacks is said under it.
    let app = item.app.as_ref().map(|app| quote_spanned!(app.span()=> type App = #app;));
    let lent_by = Lenders::new(item);
    let (functions, lenders) = (protected(item, &lent_by), lenders(item, &lent_by));
    let enums = item.by_enum();
    let sources = enums.iter().map(|of| source(of, &quote!(#krate::process::Source::<Self>), quote!(::of)));
    let names = item.timers.iter().map(|timer| {
        let (cfgs, name) = (timer.cfgs(), &timer.name);
        quote!(#(#cfgs)* #name)
    });
    let fired = item.timers.iter().map(|timer| fire(item, timer));
    let reacts = enums.iter().map(|of| reacts(item, of));
    let cfgs: Vec<_> = cfgs(&item.original.attrs).collect();
    let (if_aggregate, unread) = (if_aggregate(item), unread::refused(item.original));
    let asked = located_at(ty.span(), quote!(#krate::__private::assert_aggregate::<#ty>();));
    quote! {
        #functions

        #(#cfgs)*
        const _: () = {
            const _: fn() = || { #asked };
            #lenders

            #[automatically_derived]
            #[allow(unused_variables, clippy::all, clippy::pedantic, clippy::nursery)]
            impl #krate::process::Process for #ty #if_aggregate {
                #app
                const SOURCES: &'static [#krate::process::Source<Self>] = &[#(#sources),*];
                const TIMERS: &'static [&'static str] = &[#(#names),*];

                fn fire<'__a>(
                    self,
                    __timer: &'__a str,
                    __cx: &'__a mut #krate::process::Reaction<'_, Self::App>,
                ) -> #krate::process::Reacting<'__a, Self> {
                    let mut __this = self;
                    match __timer {
                        #(#fired)*
                        _ => #krate::__private::no_timer(__timer),
                    }
                }
            }
            #(#reacts)*
            #unread
        };
    }
}

fn fire(item: &Process<'_>, timer: &Timer<'_>) -> TokenStream {
    let (cfgs, name, ident, cx) = (timer.cfgs(), &timer.name, &timer.original.sig.ident, cx(timer.cx));
    let done = went_on(item, timer.original, &quote!(Self::#ident(&mut __this, #cx)));
    let future = future(timer.original, &done);
    quote!(#(#cfgs)* #name => #future,)
}

/// The block as it was written, without our marks, with bodies that change the process by its events alone.
fn protected(item: &Process<'_>, lent_by: &Lenders) -> ImplBlock {
    let mut block = without_marks(item.original);
    for (printed, original) in block.items.iter_mut().zip(&item.original.items) {
        if let (BlockItem::Fn(function), BlockItem::Fn(original)) = (printed, original)
            && item.is_command(original)
        {
            function.block = lent_by.body(&original.block);
        }
    }
    block
}

/// The block as it was written, without our marks.
pub(crate) fn without_marks(original: &ImplBlock) -> ImplBlock {
    let mut block = original.clone();
    for item in &mut block.items {
        if let BlockItem::Fn(function) = item {
            **function = function.without_marks();
            // What its form asks for may not be all used.
            if without_handler_marks(function) {
                function.attrs.push(parse_quote!(#[allow(
                    unused_parens,
                    clippy::needless_pass_by_value,
                    clippy::unnecessary_wraps,
                    clippy::unused_async,
                    clippy::unused_self,
                )]));
            }
        }
    }
    block
}
