//! The commands. Their bodies are moved to a type that can only read the aggregate and record its events, so that the borrow
//! checker refuses a command that changes state; rustc names that type in its message.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{Attribute, FnArg, GenericParam, Generics, Ident, Lifetime, LifetimeParam, Pat, Signature};

use crate::ast::cfgs;
use crate::ast::events::Events;
use crate::ast::method::Command;
use crate::expand::{expect_as_allow, lints, methods};

pub(super) fn commands(events: &Events<'_>) -> TokenStream {
    if events.commands.is_empty() {
        return TokenStream::new();
    }
    let aggregate = &events.aggregate.ty;
    let generics = &events.original.generics;
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let lending = lending(generics);
    let (lending_impl, lending_types, _) = lending.split_for_impl();

    let public = events.commands.iter().map(delegating);
    let moved = events.commands.iter().map(|command| moved(events, command));
    let recording = events.methods.iter().filter(|method| !method.creates).map(|method| {
        let signature = methods::bare(&method.original.sig);
        forwarding(events, &method.original.attrs, &signature)
    });
    quote! {
        impl #impl_generics #aggregate #where_clause { #(#public)* }

        struct OnlyEventsChangeState #lending_impl (&'__a mut #aggregate) #where_clause;

        #[automatically_derived]
        impl #lending_impl ::core::ops::Deref for OnlyEventsChangeState #lending_types #where_clause {
            type Target = #aggregate;

            fn deref(&self) -> &#aggregate {
                self.0
            }
        }

        #[allow(dead_code)]
        impl #lending_impl OnlyEventsChangeState #lending_types #where_clause {
            #(#moved)*
            #(#recording)*
        }
    }
}

/// The command as it is called.
fn delegating(command: &Command<'_>) -> TokenStream {
    let original = command.original;
    let (attributes, vis) = (original.attrs.iter().map(expect_as_allow), &original.vis);
    let mut signature = methods::bare(&original.sig);
    name_arguments(&mut signature);
    let call = call(&signature, &quote!(OnlyEventsChangeState(self)));
    quote!(#(#attributes)* #vis #signature { #call })
}

/// The command as it was written, with another `self`.
fn moved(events: &Events<'_>, command: &Command<'_>) -> TokenStream {
    let original = command.original;
    let (cfgs, lints) = (cfgs(&original.attrs), lints(&original.attrs));
    let mut signature = original.sig.clone();
    reborrow_self(&mut signature);
    let method = quote!(#signature).into_iter().collect();
    let method = events.aggregate.in_place_of_self(method);
    let block = events.aggregate.in_place_of_self(command.original.block.to_token_stream());
    quote!(#(#cfgs)* #(#lints)* #method #block)
}

/// An event, to be called from a command.
fn forwarding(events: &Events<'_>, attributes: &[Attribute], signature: &Signature) -> TokenStream {
    let cfgs = cfgs(attributes);
    let mut signature = signature.clone();
    reborrow_self(&mut signature);
    let call = call(&signature, &quote!(self.0));
    let signature = events.aggregate.in_place_of_self(signature.to_token_stream());
    quote!(#(#cfgs)* #signature { #call })
}

fn call(signature: &Signature, on: &TokenStream) -> TokenStream {
    let ident = &signature.ident;
    let arguments = signature.inputs.iter().filter_map(|argument| match argument {
        FnArg::Receiver(_) => None,
        FnArg::Typed(argument) => Some(&argument.pat),
    });
    let named = signature.generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        GenericParam::Const(param) => Some(&param.ident),
        GenericParam::Lifetime(_) => None,
    });
    let named: Vec<_> = named.collect();
    let turbofish = (!named.is_empty()).then(|| quote!(::<#(#named),*>));
    let awaited = signature.asyncness.map(|_| quote!(.await));
    quote!(#on.#ident #turbofish(#(#arguments),*)#awaited)
}

/// `&mut self`, also where it was written `self: &mut Self`.
fn reborrow_self(signature: &mut Signature) {
    if let Some(first @ FnArg::Receiver(_)) = signature.inputs.first_mut() {
        *first = syn::parse_quote!(&mut self);
    }
}

/// A name for each argument that is a pattern.
fn name_arguments(signature: &mut Signature) {
    for (n, argument) in signature.inputs.iter_mut().enumerate() {
        if let FnArg::Typed(argument) = argument
            && !matches!(&*argument.pat, Pat::Ident(pattern) if pattern.subpat.is_none() && pattern.by_ref.is_none())
        {
            let name = Ident::new(&format!("__argument_{n}"), Span::call_site());
            argument.pat = syn::parse_quote!(#name);
        }
    }
}

fn lending(generics: &Generics) -> Generics {
    let mut lending = generics.clone();
    let lifetime = LifetimeParam::new(Lifetime::new("'__a", Span::call_site()));
    lending.params.insert(0, GenericParam::Lifetime(lifetime));
    lending
}
