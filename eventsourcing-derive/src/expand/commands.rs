//! The commands. Their bodies are moved to a type that can only read the aggregate and record its events, so that the borrow
//! checker refuses a command that changes state; rustc names that type in its message.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{FnArg, GenericParam, Generics, Lifetime, LifetimeParam, Signature};

use crate::ast::cfgs;
use crate::ast::command::Command;
use crate::ast::event_method::EventMethod;
use crate::ast::events::Events;
use crate::expand::methods::{bare, call, this};
use crate::expand::{of_the_body, of_the_call};

pub(super) fn commands(events: &Events<'_>) -> TokenStream {
    if events.commands().next().is_none() {
        return TokenStream::new();
    }
    let aggregate = &events.aggregate.ty;
    let where_clause = &events.original.generics.where_clause;
    let lending = lending(&events.original.generics);
    let (impl_generics, types, _) = lending.split_for_impl();
    let own = where_clause.iter().flat_map(|clause| &clause.predicates);
    // So that `{self:?}` says what it said; see `event_impls` for the `for<..>`.
    let where_debug = quote!(where #(#own,)* for<'__b> #aggregate: ::core::fmt::Debug);
    let moved = events.commands().map(|command| moved(events, command));
    let recording = events.events().filter(|method| !method.creates).map(|method| recording(events, method));
    quote! {
        struct OnlyEventsChangeState #impl_generics (&'__a mut #aggregate) #where_clause;

        #[automatically_derived]
        impl #impl_generics ::core::ops::Deref for OnlyEventsChangeState #types #where_clause {
            type Target = #aggregate;

            fn deref(&self) -> &#aggregate {
                self.0
            }
        }

        #[automatically_derived]
        impl #impl_generics ::core::fmt::Debug for OnlyEventsChangeState #types #where_debug {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(self.0, __f)
            }
        }

        impl #impl_generics OnlyEventsChangeState #types #where_clause { #(#moved)* }

        #[allow(dead_code, deprecated)]
        impl #impl_generics OnlyEventsChangeState #types #where_clause { #(#recording)* }
    }
}

/// The command as it was written, with another `self`.
fn moved(events: &Events<'_>, command: &Command<'_>) -> TokenStream {
    let original = command.original;
    let (cfgs, of_the_body) = (cfgs(&original.attrs), of_the_body(&original.attrs));
    let of_the_call = of_the_call(&original.attrs, &["must_use", "track_caller"]);
    let mut signature = original.sig.clone();
    reborrow_self(&mut signature);
    let signature = events.aggregate.in_place_of_self(signature.to_token_stream());
    let block = events.aggregate.in_place_of_self(original.block.to_token_stream());
    quote!(#(#cfgs)* #(#of_the_body)* #(#of_the_call)* #signature #block)
}

/// An event, to be called from a command.
fn recording(events: &Events<'_>, method: &EventMethod<'_>) -> TokenStream {
    let (cfgs, of_the_call) = (method.event.cfgs(), of_the_call(&method.event.attributes, &["deprecated"]));
    let mut signature = bare(&method.original.sig);
    reborrow_self(&mut signature);
    let this = this(&signature);
    let call = call(&signature, &quote!(#this.0));
    let signature = events.aggregate.in_place_of_self(signature.to_token_stream());
    quote!(#(#cfgs)* #(#of_the_call)* #signature { #call })
}

/// `&mut self`, also where it was written `self: &mut Self`.
fn reborrow_self(signature: &mut Signature) {
    let this = this(signature);
    if let Some(first @ FnArg::Receiver(_)) = signature.inputs.first_mut() {
        *first = syn::parse_quote!(&mut #this);
    }
}

fn lending(generics: &Generics) -> Generics {
    let mut lending = generics.clone();
    let lifetime = LifetimeParam::new(Lifetime::new("'__a", Span::call_site()));
    lending.params.insert(0, GenericParam::Lifetime(lifetime));
    lending
}
