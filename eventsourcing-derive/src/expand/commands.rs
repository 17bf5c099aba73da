//! The commands. Their bodies are moved to a type that can only read the aggregate and record its events, so that the borrow
//! checker refuses a command that changes state; rustc names that type in its message.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{FnArg, Receiver, ReceiverKind, Signature, parse_quote};

use crate::ast::cfgs;
use crate::ast::command::Command;
use crate::ast::event_method::EventMethod;
use crate::ast::events::Events;
use crate::expand::attributes::{of_the_body, of_the_call};
use crate::expand::called::Called;
use crate::expand::command_body::body;
use crate::expand::forwarded;
use crate::expand::methods::{bare, event, this};
use crate::expand::recorder::Recorder;
use crate::expand::wrapper::Wrapper;

pub(super) fn commands(events: &Events<'_>, recorder: &Recorder, wrapper: &Wrapper, called: &Called) -> TokenStream {
    if events.commands().next().is_none() {
        return TokenStream::new();
    }
    let (krate, aggregate) = (&events.krate, &events.aggregate.ty);
    let Wrapper { ident, held, new, lifetime, generics, .. } = wrapper;
    let (impl_generics, types, where_clause) = generics.split_for_impl();
    let (traits, constants) = (forwarded::traits(events, wrapper), forwarded::constants(events));
    let moved = events.commands().map(|command| moved(events, wrapper, command));
    let in_commands = events.events().filter(|method| called.has(method.original));
    let recording = in_commands.map(|method| recording(events, recorder, wrapper, method));
    quote! {
        struct #ident #impl_generics #where_clause {
            #held: #krate::__private::OnlyEvents<#lifetime, #aggregate>,
        }

        #[automatically_derived]
        impl #impl_generics ::core::ops::Deref for #ident #types #where_clause {
            type Target = #aggregate;

            fn deref(&self) -> &#aggregate {
                &self.#held
            }
        }

        #traits

        #[allow(dead_code, clippy::too_many_arguments, clippy::type_complexity)]
        #[allow(clippy::fn_params_excessive_bools)]
        impl #impl_generics #ident #types #where_clause { #(#moved)* }

        #[allow(dead_code, deprecated, clippy::all, clippy::pedantic)]
        impl #impl_generics #ident #types #where_clause {
            fn #new(__aggregate: &#lifetime mut #aggregate) -> Self {
                Self { #held: #krate::__private::OnlyEvents::new(__aggregate) }
            }
            #constants
            #(#recording)*
        }
    }
}

/// The command as it was written, with another `self`.
fn moved(events: &Events<'_>, wrapper: &Wrapper, command: &Command<'_>) -> TokenStream {
    let original = command.original;
    let (cfgs, of_the_body) = (cfgs(&original.attrs), of_the_body(&original.attrs));
    let of_the_call = of_the_call(&original.attrs, &["must_use", "track_caller"]);
    let mut signature = original.sig.clone();
    reborrow_self(&mut signature);
    for (at, argument) in signature.inputs.iter_mut().enumerate() {
        if let FnArg::Typed(argument) = argument
            && command.others.contains(&at)
        {
            *argument.ty = wrapper.of_another();
        }
    }
    let signature = events.aggregate.in_place_of_self(signature.to_token_stream());
    let block = body(&events.aggregate, wrapper, command);
    quote!(#(#cfgs)* #(#of_the_body)* #(#of_the_call)* #signature #block)
}

/// An event, to be called from a command.
fn recording(events: &Events<'_>, recorder: &Recorder, wrapper: &Wrapper, method: &EventMethod<'_>) -> TokenStream {
    let (cfgs, of_the_call) = (method.event.cfgs(), of_the_call(&method.event.attributes, &["deprecated"]));
    let mut signature = bare(&method.original.sig);
    reborrow_self(&mut signature);
    let (this, event) = (this(&signature), event(events, method));
    let signature = events.aggregate.in_place_of_self(signature.to_token_stream());
    let (Recorder { path, key }, held) = (recorder, &wrapper.held);
    quote!(#(#cfgs)* #(#of_the_call)* #signature { #path::record_event_in(&mut #this.#held, #event, #key) })
}

/// `&mut self`, also where it was written with its type.
fn reborrow_self(signature: &mut Signature) {
    let this = this(signature);
    if let Some(first @ FnArg::Receiver(Receiver { kind: ReceiverKind::Typed(..), .. })) = signature.inputs.first_mut()
    {
        *first = parse_quote!(&mut #this);
    }
}
