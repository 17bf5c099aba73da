//! What a process does on the events of one enum.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::Type;
use syn::spanned::Spanned as _;

use crate::ast::function::Function;
use crate::ast::of_enum::OfEnum;
use crate::ast::process::Process;
use crate::ast::reaction::{Mode, Reaction, ReactionHandler};
use crate::expand::arguments::taken;
use crate::expand::conditions::of_all;
use crate::expand::key::by_key;
use crate::expand::{attributes, unhandled};
use crate::spelled::{first_argument, ungrouped};
use crate::tokens::located_at;

/// Of a type that is no aggregate, or with an application that is none, the impls are then not there, in silence: questions of their own say
/// so. <https://github.com/rust-lang/rust/issues/48214>
pub(super) fn if_possible(item: &Process<'_>) -> TokenStream {
    let (krate, ty, app) = (&item.krate, &item.original.self_ty, &item.app);
    quote!(where for<'__b> #ty: #krate::Aggregate, for<'__b> #app: #krate::application::FromStore,)
}

/// The implementation of `Reacts`.
pub(super) fn reacts(item: &Process<'_>, of: &OfEnum<'_, '_, Reaction<'_>>) -> TokenStream {
    let (krate, ty, aggregate) = (&item.krate, &item.original.self_ty, of.aggregate());
    let (assertion, handled) = (unhandled::assertion(krate, of, &quote!(PROCESS)), unhandled::handled(krate, of));
    let route = unhandled::route(krate, of, |number, handler| to(item, number, handler));
    let reactions = of.handlers.iter().map(|(number, handler)| react(item, of, *number, handler));
    let cfgs = of_all(of.handlers.iter().map(|(_, handler)| *handler));
    let (event, if_possible) = (quote!(<#aggregate as #krate::Apply>::Event), if_possible(item));
    let attributes = attributes::of_handling();
    let typed = unhandled::typed(of);
    quote! {
        #assertion

        #cfgs
        #attributes
        impl #krate::process::Reacts<#aggregate> for #ty #if_possible {
            #handled

            fn route(
                __at: &#krate::view::At<#aggregate>,
                __event: &#event,
                __to: &mut dyn ::core::ops::FnMut(#krate::process::To<Self>),
            ) {
                #route
            }

            fn react<'__a>(
                __handler: u16,
                __this: ::core::option::Option<Self>,
                __at: &'__a #krate::view::At<#aggregate>,
                __event: &'__a #event,
                __cx: &'__a mut #krate::process::Reaction<'_, Self::App>,
            ) -> #krate::process::Reacting<'__a, Self> {
                match (__handler, #typed) {
                    #(#reactions)*
                    _ => #krate::__private::no_handler(__handler),
                }
            }
        }
    }
}

/// Gives the delivery of an event to a handler.
fn to(item: &Process<'_>, number: u16, handler: &ReactionHandler<'_>) -> TokenStream {
    let krate = &item.krate;
    let mode = match handler.form.mode {
        Mode::Starts => quote!(Starts),
        Mode::Continues => quote!(Continues),
        Mode::StartsOrContinues => quote!(StartsOrContinues),
    };
    // Without one, that is reported.
    let delivery = handler.key.as_ref().map(|id| {
        by_key(handler, id, |value| {
            // That it is no id is said under it.
            let instance = quote!(#krate::process::InstanceOf::<Self>::instance);
            let (instance, lent) = (located_at(id.span(), instance), located_at(id.span(), quote!(&)));
            quote!(#krate::process::To { instance: #instance(#lent #value), handler: #number, mode: #krate::process::Mode::#mode })
        })
    });
    quote!(#delivery)
}

/// Calls the handler with what is in the event.
fn react(
    item: &Process<'_>,
    of: &OfEnum<'_, '_, Reaction<'_>>,
    number: u16,
    handler: &ReactionHandler<'_>,
) -> TokenStream {
    let (krate, cfgs, function) = (&item.krate, handler.cfgs(), handler.original);
    let (ident, (pattern, arguments)) = (&function.sig.ident, taken(krate, of, handler));
    let cx = cx(item, handler.form.cx);
    let reaction = match handler.form.mode {
        Mode::Starts => began(item, function, &quote!(Self::#ident(#arguments #cx))),
        Mode::StartsOrContinues => began(item, function, &quote!(Self::#ident(__this, #arguments #cx))),
        Mode::Continues => {
            let done = went_on(item, function, &quote!(Self::#ident(&mut __this, #arguments #cx)));
            quote! {
                match #krate::__private::begun(__this) {
                    ::core::result::Result::Ok(mut __this) => #done,
                    ::core::result::Result::Err(__error) => ::core::result::Result::Err(__error),
                }
            }
        }
    };
    let reaction = future(function, &reaction);
    quote!(#(#cfgs)* (#number, #pattern) => #reaction,)
}

/// The reaction as an argument. That another application is spelled there than that of the process is said under it.
pub(super) fn cx(item: &Process<'_>, ty: Option<&Type>) -> Option<TokenStream> {
    let (krate, ty) = (&item.krate, ty?);
    let written = |ty: &Type| ty.to_token_stream().to_string();
    let lent = if let Type::Reference(reference) = ungrouped(ty) { &reference.elem } else { ty };
    let other = first_argument(lent, "Reaction");
    let other = other.filter(|other| item.app.as_ref().is_some_and(|app| written(app) != written(other)));
    Some(match other {
        Some(other) => located_at(other.span(), quote!(#krate::process::cx_of::<#other, _>(__cx))),
        None => located_at(ty.span(), quote!(__cx)),
    })
}

/// The future of a handler. That it cannot be sent to another thread is said under its name.
pub(super) fn future(function: &Function, reaction: &TokenStream) -> TokenStream {
    let boxed = located_at(function.sig.ident.span(), quote!(::std::boxed::Box::pin));
    quote!(#boxed(async move { #reaction }))
}

/// What a handler that begins a process has made of it.
fn began(item: &Process<'_>, function: &Function, call: &TokenStream) -> TokenStream {
    returned(item, function, &quote!(Self), call)
}

/// A process with which a handler went on.
pub(super) fn went_on(item: &Process<'_>, function: &Function, call: &TokenStream) -> TokenStream {
    let returned = returned(item, function, &quote!(()), call);
    quote!(::core::result::Result::map(#returned, |()| __this))
}

/// That a function returns something else is said under what it returns, or under its name.
fn returned(item: &Process<'_>, function: &Function, wanted: &TokenStream, call: &TokenStream) -> TokenStream {
    let (krate, signature) = (&item.krate, &function.sig);
    let awaited = signature.asyncness.map(|_| quote!(.await));
    let span = match &signature.output {
        syn::ReturnType::Default => signature.ident.span(),
        syn::ReturnType::Type(_, ty) => ty.span(),
    };
    let returned = located_at(span, quote!(#krate::process::Returned::<#wanted>::returned));
    let value = located_at(span, quote!(#call #awaited));
    quote!(#returned(#value))
}
