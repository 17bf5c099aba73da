//! `Apply`: the bodies of the events, as they were written.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned as _;
use syn::{Ident, Token};

use crate::ast::event_method::EventMethod;
use crate::ast::events::Events;
use crate::ast::part::Part;
use crate::expand::attributes::of_the_body;
use crate::expand::event_body::{body, is_read, leaves_early, owned};
use crate::expand::methods::this;
use crate::expand::recorder::Recorder;
use crate::expand::shape::Shape;
use crate::expand::{event_field, revision};
use crate::tokens::located_at;

pub(super) fn apply(events: &Events<'_>, recorder: &Recorder, shape: &Shape<'_>) -> TokenStream {
    let krate = &events.krate;
    let aggregate = &events.aggregate.ty;
    let event = shape.ty();
    let (impl_generics, _, where_clause) = events.original.generics.split_for_impl();
    let (creating, changing): (Vec<_>, Vec<_>) = events.events().partition(|method| method.creates);
    let this = changing.first().map_or_else(|| Token![self](Span::call_site()), |method| this(&method.original.sig));

    let create = creating.iter().map(|method| {
        let (pattern, body) = (pattern(events, method), body(method));
        // What leaves the body early leaves the mutator, and not the function that it is printed into.
        let body = if leaves_early(method) { quote!((|| -> Self #body)()) } else { body };
        quote!(#pattern => ::core::option::Option::Some(#body))
    });
    let create_not = changing.iter().filter(|method| !events.is_second(method)).map(|method| {
        let (cfgs, variant) = (method.event.cfgs(), variant(events, method));
        quote!(#(#cfgs)* #variant { .. } => ::core::option::Option::None)
    });
    let change = changing.iter().map(|method| {
        let (pattern, body) = (pattern(events, method), body(method));
        quote!(#pattern => #body)
    });
    let Recorder { path, key } = recorder;
    let create_again = creating.iter().filter(|method| events.counterpart(method).is_none()).map(|method| {
        let (cfgs, variant) = (method.event.cfgs(), variant(events, method));
        quote!(#(#cfgs)* __event @ #variant { .. } => #path::create_again(#this, __event, #key))
    });
    let revision = revision(events);
    // Hygienic: a body may name another.
    let given = Ident::new("__event", Span::mixed_site());
    let tied = located_at(event_field::span(shape, aggregate.span()), event.clone());
    quote! {
        impl #impl_generics #krate::Apply for #aggregate #where_clause {
            type Event = #tied;

            const REVISION: u64 = #revision;

            fn create(#given: #event) -> ::core::option::Option<Self> {
                match #given { #(#create,)* #(#create_not,)* }
            }

            fn apply(&mut #this, #given: #event) {
                match #given { #(#change,)* #(#create_again,)* }
            }
        }
    }
}

/// A number that differs when an event or an upcaster does something else.
fn revision(events: &Events<'_>) -> u64 {
    let bodies = events.events().map(|method| (&method.event.variant, method.original));
    let upcasters = events.upcasters().map(|upcaster| (&upcaster.original.sig.ident, upcaster.original));
    let plain = events.parts.iter().filter_map(|part| match part {
        Part::Plain(item) => Some(*item),
        Part::Event(_) | Part::Command(_) | Part::Upcaster(_) => None,
    });
    revision::revision(bodies.chain(upcasters), plain)
}

fn variant(events: &Events<'_>, method: &EventMethod<'_>) -> TokenStream {
    let (enum_ident, variant) = (&events.enum_ident, &method.event.variant);
    quote!(#enum_ident::#variant)
}

fn pattern(events: &Events<'_>, method: &EventMethod<'_>) -> TokenStream {
    let (cfgs, attributes) = (method.event.cfgs(), of_the_body(&method.original.attrs));
    let variant = variant(events, method);
    let fields = method.event.fields.iter().map(|field| {
        let (mutability, ident) = (field.mutability, &field.ident);
        match &field.lent {
            _ if !is_read(method, field) => quote!(#ident: _),
            Some(_) => {
                let owned = owned(field);
                quote!(#ident: #owned)
            }
            None => quote!(#mutability #ident),
        }
    });
    let fields = (!method.event.fields.is_empty()).then(|| quote!({ #(#fields),* }));
    quote!(#(#cfgs)* #(#attributes)* #variant #fields)
}
