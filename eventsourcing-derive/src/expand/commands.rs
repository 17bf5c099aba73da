//! The commands. Their bodies are moved to a type that can only read the aggregate and record its events, so that the borrow
//! checker refuses a command that changes state; rustc names that type in its message.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{
    FnArg, GenericParam, Generics, Lifetime, LifetimeParam, Receiver, ReceiverKind, Signature, Type, parse_quote,
};

use crate::ast::cfgs;
use crate::ast::command::Command;
use crate::ast::event_method::EventMethod;
use crate::ast::events::Events;
use crate::expand::attributes::{of_the_body, of_the_call};
use crate::expand::called::Called;
use crate::expand::command_body::body;
use crate::expand::forwarded;
use crate::expand::methods::{bare, event, this};
use crate::expand::recorder::recorder;

pub(super) fn commands(events: &Events<'_>) -> TokenStream {
    if events.commands().next().is_none() {
        return TokenStream::new();
    }
    let (krate, aggregate) = (&events.krate, &events.aggregate.ty);
    let lending = lending(&events.original.generics);
    let (impl_generics, types, where_clause) = lending.split_for_impl();
    let (traits, constants) = (forwarded::traits(events, &lending), forwarded::constants(events));
    let moved = events.commands().map(|command| moved(events, command));
    let called = Called::by(events);
    let recording =
        events.events().filter(|method| called.has(method.original)).map(|method| recording(events, method));
    quote! {
        struct OnlyEventsChangeState #impl_generics #where_clause {
            __held: #krate::__private::OnlyEvents<'__a, #aggregate>,
        }

        #[automatically_derived]
        impl #impl_generics ::core::ops::Deref for OnlyEventsChangeState #types #where_clause {
            type Target = #aggregate;

            fn deref(&self) -> &#aggregate {
                &self.__held
            }
        }

        #traits

        #[allow(dead_code, clippy::too_many_arguments, clippy::type_complexity)]
        #[allow(clippy::fn_params_excessive_bools)]
        impl #impl_generics OnlyEventsChangeState #types #where_clause { #(#moved)* }

        #[allow(dead_code, deprecated, clippy::all, clippy::pedantic)]
        impl #impl_generics OnlyEventsChangeState #types #where_clause {
            fn __of(__aggregate: &'__a mut #aggregate) -> Self {
                Self { __held: #krate::__private::OnlyEvents::new(__aggregate) }
            }
            #constants
            #(#recording)*
        }
    }
}

/// The command as it was written, with another `self`.
fn moved(events: &Events<'_>, command: &Command<'_>) -> TokenStream {
    let original = command.original;
    let (cfgs, of_the_body) = (cfgs(&original.attrs), of_the_body(&original.attrs));
    let of_the_call = of_the_call(&original.attrs, &["must_use", "track_caller"]);
    let mut signature = original.sig.clone();
    reborrow_self(&mut signature);
    for (at, argument) in signature.inputs.iter_mut().enumerate() {
        if let FnArg::Typed(argument) = argument
            && command.others.contains(&at)
        {
            *argument.ty = another(events);
        }
    }
    let signature = events.aggregate.in_place_of_self(signature.to_token_stream());
    let block = body(&events.aggregate, &original.block);
    quote!(#(#cfgs)* #(#of_the_body)* #(#of_the_call)* #signature #block)
}

/// An event, to be called from a command.
fn recording(events: &Events<'_>, method: &EventMethod<'_>) -> TokenStream {
    let (cfgs, of_the_call) = (method.event.cfgs(), of_the_call(&method.event.attributes, &["deprecated"]));
    let mut signature = bare(&method.original.sig);
    reborrow_self(&mut signature);
    let (this, event) = (this(&signature), event(events, method));
    let signature = events.aggregate.in_place_of_self(signature.to_token_stream());
    let recorder = recorder(events);
    quote!(#(#cfgs)* #(#of_the_call)* #signature { #recorder::record_event_in(&mut #this.__held, #event) })
}

/// `&mut self`, also where it was written with its type.
fn reborrow_self(signature: &mut Signature) {
    let this = this(signature);
    if let Some(first @ FnArg::Receiver(Receiver { kind: ReceiverKind::Typed(..), .. })) = signature.inputs.first_mut()
    {
        *first = parse_quote!(&mut #this);
    }
}

/// What a command has for an argument `&mut Self`.
fn another(events: &Events<'_>) -> Type {
    let params = events.original.generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        GenericParam::Const(param) => Some(&param.ident),
        GenericParam::Lifetime(_) => None,
    });
    parse_quote!(&mut OnlyEventsChangeState<'_, #(#params),*>)
}

fn lending(generics: &Generics) -> Generics {
    let mut lending = generics.clone();
    let lifetime = LifetimeParam::new(Lifetime::new("'__a", Span::call_site()));
    lending.params.insert(0, GenericParam::Lifetime(lifetime));
    lending
}
