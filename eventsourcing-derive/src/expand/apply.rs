//! `Apply`: the bodies of the events, as they were written.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

use crate::ast::events::Events;
use crate::ast::method::EventMethod;
use crate::expand::lints;
use crate::expand::shape::Shape;

pub(super) fn apply(events: &Events<'_>) -> TokenStream {
    let krate = &events.krate;
    let aggregate = &events.aggregate.ty;
    let event = Shape::of(events).ty();
    let enum_ident = &events.enum_ident;
    let (impl_generics, _, where_clause) = events.original.generics.split_for_impl();
    let (creating, changing): (Vec<_>, Vec<_>) = events.methods.iter().partition(|method| method.creates);

    let create_arms = creating.iter().map(|method| {
        let (pattern, body) = (pattern(events, method), body(method));
        // A `return` leaves the mutator, and not the function that it is printed into.
        let body = if returns(method) { quote!((|| -> Self #body)()) } else { body };
        quote!(#pattern => ::core::option::Option::Some(#body))
    });
    let other = changing.iter().map(|method| {
        let (cfgs, variant) = (method.event.cfgs(), &method.event.variant);
        quote!(#(#cfgs)* #enum_ident::#variant { .. } => ::core::option::Option::None)
    });
    let apply_arms = changing.iter().map(|method| {
        let (pattern, body) = (pattern(events, method), body(method));
        quote!(#pattern => #body)
    });
    let again = creating.iter().map(|method| {
        let (cfgs, variant) = (method.event.cfgs(), &method.event.variant);
        quote!(#(#cfgs)* __event @ #enum_ident::#variant { .. } => #krate::__private::create_again(self, __event))
    });
    // What comes of printing the bodies as the arms of one match; whatever else there is to say of them is for the user.
    let allowed = quote! {
        #[allow(
            unused_variables, // an event may say more than the state keeps
            unused_mut,
            unused_braces,
            clippy::cognitive_complexity,
            clippy::match_same_arms,
            clippy::redundant_closure_call,
            clippy::shadow_reuse,
            clippy::too_many_lines,
        )]
    };
    quote! {
        #[automatically_derived]
        impl #impl_generics #krate::Apply for #aggregate #where_clause {
            type Event = #event;

            #allowed
            fn create(__event: #event) -> ::core::option::Option<Self> {
                match __event { #(#create_arms,)* #(#other,)* }
            }

            #allowed
            fn apply(&mut self, __event: #event) {
                match __event { #(#apply_arms,)* #(#again,)* }
            }
        }
    }
}

fn pattern(events: &Events<'_>, method: &EventMethod<'_>) -> TokenStream {
    let (enum_ident, variant) = (&events.enum_ident, &method.event.variant);
    let (cfgs, lints) = (method.event.cfgs(), lints(&method.original.attrs));
    let fields = method.event.fields.iter().map(|field| {
        let (mutability, ident) = (field.mutability.filter(|_| field.lent.is_none()), &field.ident);
        quote!(#mutability #ident)
    });
    quote!(#(#cfgs)* #(#lints)* #enum_ident::#variant { #(#fields),* })
}

/// The body, with what was borrowed lent to it again.
fn body(method: &EventMethod<'_>) -> TokenStream {
    let block = &method.original.block;
    let lent = method.event.fields.iter().filter_map(|field| {
        let (lent, mutability, ident) = (field.lent.as_ref()?, field.mutability, &field.ident);
        Some(quote!(let #mutability #ident: &#lent = ::core::borrow::Borrow::borrow(&#ident);))
    });
    let lent: Vec<_> = lent.collect();
    if lent.is_empty() { block.to_token_stream() } else { quote!({ #(#lent)* #block }) }
}

fn returns(method: &EventMethod<'_>) -> bool {
    fn has_return(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => ident == "return",
            TokenTree::Group(group) => has_return(group.stream()),
            _ => false,
        })
    }
    has_return(method.original.block.to_token_stream())
}
