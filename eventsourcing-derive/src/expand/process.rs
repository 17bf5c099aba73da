//! `#[process]`.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Type, parse_quote};

use crate::ast::impl_block::{BlockItem, ImplBlock};
use crate::ast::of_enum::name_of;
use crate::ast::process::{Process, is_conditional_handler};
use crate::ast::timer::Timer;
use crate::ast::{cfgs, without_handler_marks};
use crate::expand::handler_body::Lenders;
use crate::expand::lent::lenders;
use crate::expand::projection::source;
use crate::expand::reaction::{cx, future, if_possible, reacts, went_on};
use crate::expand::{unhandled, unread};
use crate::spelled::ends_in;
use crate::tokens::located_at;

pub(crate) fn process(item: &Process<'_>) -> TokenStream {
    let (krate, ty) = (&item.krate, &item.original.self_ty);
    // What the types lack is said under them.
    let app = item.app.as_ref().map(|app| quote_spanned!(app.span()=> type App = #app;));
    let asked_of_app =
        item.app.as_ref().map(|app| located_at(app.span(), quote!(#krate::__private::assert_app::<#app>();)));
    let lent_by = Lenders::new(item);
    let (functions, lenders) = (protected(item, &lent_by), lenders(item, &lent_by));
    let enums = item.by_enum();
    let sources = enums.iter().map(|of| source(of, &quote!(#krate::process::Source::<Self>), quote!(::of)));
    let timers = (!item.timers.is_empty()).then(|| timers(item));
    let reacts = enums.iter().map(|of| reacts(item, of));
    let cfgs: Vec<_> = cfgs(&item.original.attrs).collect();
    let (if_possible, unread) = (if_possible(item), unread::refused(item.original));
    let unread_bodies = unread::refused_bodies(item.commands());
    let asked = located_at(ty.span(), quote!(#krate::__private::assert_aggregate::<#ty>();));
    let of_handlers = unhandled::asked(krate);
    let kept = item.app.as_ref().map(|app| kept(item, app));
    quote! {
        #functions

        #(#cfgs)*
        const _: () = {
            #of_handlers

            const _: fn() = || { #asked #asked_of_app };
            #kept
            #lenders

            #[automatically_derived]
            #[allow(unused_variables, clippy::all, clippy::pedantic, clippy::nursery)]
            impl #krate::process::Process for #ty #if_possible {
                #app
                const SOURCES: &'static [#krate::process::Source<Self>] = &[#(#sources),*];
                #timers
            }
            #(#reacts)*
            #unread
            #unread_bodies
        };
    }
}

/// Fails to compile if the application does not keep the aggregates that the process is.
fn kept(item: &Process<'_>, app: &Type) -> TokenStream {
    let (krate, ty) = (&item.krate, &item.original.self_ty);
    let name = if let Type::Path(path) = ty { name_of(&path.path) } else { ty.to_token_stream().to_string() };
    let is_kept = quote!(#krate::__private::KeptBy::<#ty, #app>::IS_KEPT);
    let assert = located_at(ty.span(), quote!(#krate::__private::assert_kept(#is_kept, #name)));
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #krate::__private::NotKnown as _;
            #assert
        };
    }
}

/// The names of the timers, and what calls their handlers: of a process without any, both stay as the trait has them.
fn timers(item: &Process<'_>) -> TokenStream {
    let krate = &item.krate;
    let names = item.timers.iter().map(|timer| {
        let (cfgs, name) = (timer.cfgs(), &timer.name);
        quote!(#(#cfgs)* #name)
    });
    let fired = item.timers.iter().map(|timer| fire(item, timer));
    quote! {
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
}

fn fire(item: &Process<'_>, timer: &Timer<'_>) -> TokenStream {
    let (cfgs, name, ident, cx) = (timer.cfgs(), &timer.name, &timer.original.sig.ident, cx(item, timer.cx));
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
            function.block = lent_by.body(original);
        }
    }
    block
}

/// The block as it was written, without our marks.
pub(crate) fn without_marks(original: &ImplBlock) -> ImplBlock {
    let mut block = original.clone();
    let has_events = block.attrs.iter().any(|attribute| ends_in(attribute.path(), "events"));
    for item in &mut block.items {
        if let BlockItem::Fn(function) = item {
            if !has_events {
                **function = function.without_marks();
            }
            function.attrs.retain(|attribute| !is_conditional_handler(attribute));
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
