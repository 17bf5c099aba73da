//! `Apply`: the bodies of the events, as they were written.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Block, Ident, Token};

use crate::ast::event_method::EventMethod;
use crate::ast::events::Events;
use crate::ast::field::Field;
use crate::ast::part::Part;
use crate::expand::attributes::of_the_body;
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

/// The body, with what was borrowed lent to it again.
fn body(method: &EventMethod<'_>) -> TokenStream {
    let lent = method.event.fields.iter().filter(|field| is_read(method, field)).filter_map(|field| {
        let (lent, mutability, ident) = (field.lent.as_ref()?, field.mutability, &field.ident);
        let owned = owned(field);
        Some(quote!(let #mutability #ident: &#lent = ::core::borrow::Borrow::borrow(&#owned);))
    });
    let lent: Vec<_> = lent.collect();
    let block = &method.original.block;
    if !lent.is_empty() {
        let block = with_braces_made_here(block);
        return quote!({ #(#lent)* #block });
    }
    let is_argument = method.creates && !leaves_early(method);
    if is_argument { with_braces_made_here(block) } else { block.clone() }.to_token_stream()
}

/// A body that becomes a value among others, so that no lint says that the user's braces are not needed. One that is not finished keeps its own,
/// which rustc has named already.
fn with_braces_made_here(block: &Group) -> Group {
    if syn::parse2::<Block>(block.to_token_stream()).is_err() {
        return block.clone();
    }
    let mut braces = Group::new(Delimiter::Brace, block.stream());
    braces.set_span(block.span().resolved_at(Span::call_site()));
    braces
}

/// What a lent field is bound to; under its own name it would be shadowed.
fn owned(field: &Field) -> Ident {
    // Hygienic: a field may have that very name.
    format_ident!("__{}", field.ident.unraw(), span = Span::mixed_site())
}

/// Whether the body names a field. An event may say more than the state keeps, of which no lint is to complain.
fn is_read(method: &EventMethod<'_>, field: &Field) -> bool {
    fn names(tokens: TokenStream, wanted: &Ident) -> bool {
        // How many dots stand before: after one, a name is that of a field or a method, as in `self.amount`.
        let mut dots = 0;
        tokens.into_iter().any(|token| {
            let before = std::mem::take(&mut dots);
            match token {
                TokenTree::Ident(ident) => before != 1 && ident.unraw() == *wanted,
                // `"{amount}"` or `"{:amount$}"`.
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    text.contains(&format!("{{{wanted}")) || text.contains(&format!("{wanted}$"))
                }
                TokenTree::Group(group) => names(group.stream(), wanted),
                TokenTree::Punct(punct) => {
                    dots = if punct.as_char() == '.' { before + 1 } else { 0 };
                    false
                }
            }
        })
    }
    names(method.original.block.to_token_stream(), &field.ident.unraw())
}

fn leaves_early(method: &EventMethod<'_>) -> bool {
    fn leaves(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => {
                ["return", "panic", "todo", "unimplemented", "unreachable"].iter().any(|word| ident == word)
            }
            TokenTree::Punct(punct) => punct.as_char() == '?',
            TokenTree::Group(group) => leaves(group.stream()),
            TokenTree::Literal(_) => false,
        })
    }
    leaves(method.original.block.to_token_stream())
}
