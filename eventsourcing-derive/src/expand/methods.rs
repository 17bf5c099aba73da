//! The user's `impl` block, in which events record and commands go where they can only read.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned as _;
use syn::{FnArg, GenericParam, Pat, Receiver, ReturnType, Signature, Token, Type};

use crate::ast::command::Command;
use crate::ast::event_method::EventMethod;
use crate::ast::events::Events;
use crate::ast::part::Part;
use crate::expand::attributes::{expect_as_allow, is_cfg_or_lint};
use crate::expand::called::Called;
use crate::expand::recorder::Recorder;
use crate::expand::types::is_stored_as_itself;
use crate::expand::wrapper::Wrapper;
use crate::tokens::located_at;

pub(super) fn methods(events: &Events<'_>, recorder: &Recorder, wrapper: &Wrapper, called: &Called) -> TokenStream {
    let attributes = events.original.attrs.iter().filter(|attribute| !is_cfg_or_lint(attribute));
    let aggregate = &events.aggregate.ty;
    let (impl_generics, _, where_clause) = events.original.generics.split_for_impl();
    let parts = events.parts.iter().map(|part| match part {
        Part::Event(method) => recording(events, recorder, method),
        Part::Command(command) => {
            // What a command calls is the same on its own `self`, of which no lint knows.
            let is_used = called.has(command.original).then(|| quote!(#[allow(dead_code)]));
            let delegating = delegating(wrapper, command);
            quote!(#is_used #delegating)
        }
        Part::Upcaster(upcaster) => upcaster.original.without_marks().to_token_stream(),
        Part::Plain(item) => item.to_token_stream(),
    });
    quote! {
        #(#attributes)*
        impl #impl_generics #aggregate #where_clause {
            #(#parts)*
        }
    }
}

/// An event as it is called.
fn recording(events: &Events<'_>, recorder: &Recorder, method: &EventMethod<'_>) -> TokenStream {
    let Recorder { path, key } = recorder;
    let attributes = method.event.attributes.iter().map(expect_as_allow);
    let (vis, signature) = (&method.original.vis, bare(&method.original.sig));
    let event = event(events, method);
    let record = if method.creates {
        quote!(#path::create_by(#event, #key))
    } else {
        let this = this(&signature);
        quote!(#path::record_event(#this, #event, #key);)
    };
    // Clippy would say of the whole block that an event has many fields.
    let has_many = (signature.inputs.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    quote!(#(#attributes)* #has_many #vis #signature { #record })
}

/// The event, made of the arguments of its method.
pub(super) fn event(events: &Events<'_>, method: &EventMethod<'_>) -> TokenStream {
    let (krate, enum_ident, variant) = (&events.krate, &events.enum_ident, &method.event.variant);
    let fields = method.event.fields.iter().map(|field| {
        let ident = &field.ident;
        match &field.lent {
            Some(lent) if is_copied(lent) => {
                // `Self` is another type where commands call events.
                let lent = events.aggregate.in_place_of_self(lent.to_token_stream());
                quote!(#ident: #krate::__private::Lent::<#lent>::copied(#ident))
            }
            Some(_) => quote!(#ident: ::std::borrow::ToOwned::to_owned(#ident)),
            None => quote!(#ident),
        }
    });
    let fields = (!method.event.fields.is_empty()).then(|| quote!({ #(#fields),* }));
    quote!(#enum_ident::#variant #fields)
}

/// Whether rustc is to say nothing here of what is lent, if it is not `Clone`.
fn is_copied(lent: &Type) -> bool {
    is_stored_as_itself(lent) || matches!(lent, Type::Slice(_))
}

/// What the copies that events keep of what is lent are made by, if some do.
pub(super) fn copied_by(events: &Events<'_>) -> Option<TokenStream> {
    let krate = &events.krate;
    let mut lent = events.events().flat_map(|method| &method.event.fields).filter_map(|field| field.lent.as_ref());
    lent.any(is_copied).then(|| quote!(#[allow(unused_imports)] use #krate::__private::NotLent as _;))
}

/// A command as it is called.
fn delegating(wrapper: &Wrapper, command: &Command<'_>) -> TokenStream {
    let original = command.original;
    let (attributes, vis) = (original.attrs.iter().map(expect_as_allow), &original.vis);
    let signature = bare(&original.sig);
    let this = this(&signature);
    let arguments = signature.inputs.iter().enumerate().filter_map(|(at, argument)| match argument {
        FnArg::Receiver(_) => None,
        FnArg::Typed(argument) if command.others.contains(&at) => {
            let another = wrapper.around(&argument.pat);
            Some(quote!(&mut #another))
        }
        FnArg::Typed(argument) => Some(argument.pat.to_token_stream()),
    });
    let mut call = call(&signature, &wrapper.around(&this), arguments);
    if let ReturnType::Type(_, ty) = &signature.output {
        // A borrow of the aggregate that the type does not show is reported under it.
        call = located_at(ty.span(), call);
    }
    // In the place of the user's, so that a lint about the signature is under the signature.
    let mut body = Group::new(Delimiter::Brace, call);
    body.set_span(original.block.span());
    quote!(#(#attributes)* #vis #signature #body)
}

/// The call of a method with these arguments.
fn call(bare: &Signature, on: &TokenStream, arguments: impl Iterator<Item = TokenStream>) -> TokenStream {
    let ident = &bare.ident;
    let named = bare.generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        GenericParam::Const(param) => Some(&param.ident),
        GenericParam::Lifetime(_) => None,
    });
    let named: Vec<_> = named.collect();
    let turbofish = (!named.is_empty()).then(|| quote!(::<#(#named),*>));
    let awaited = bare.asyncness.map(|_| quote!(.await));
    // As on a `self`: a method that a trait has for every value, such as `into`, would be found first on one that is not lent.
    quote!((&mut #on).#ident #turbofish(#(#arguments),*)#awaited)
}

/// A signature with a plain name for each argument: what was a pattern is of concern to the body alone.
pub(super) fn bare(signature: &Signature) -> Signature {
    let mut bare = signature.clone();
    for (n, argument) in bare.inputs.iter_mut().enumerate() {
        if let FnArg::Typed(argument) = argument {
            argument.attrs.clear();
            match &mut *argument.pat {
                Pat::Ident(pattern) if pattern.subpat.is_none() && pattern.by_ref.is_none() => {
                    pattern.mutability = None;
                }
                pattern => {
                    let name = format_ident!("__argument_{n}", span = Span::mixed_site());
                    *pattern = syn::parse_quote!(#name);
                }
            }
        }
    }
    bare
}

/// `self` as the signature has it: another `self` may be out of its sight in a `macro_rules!`.
pub(super) fn this(signature: &Signature) -> Token![self] {
    let written = signature.receiver().map(|receiver: &Receiver| receiver.self_token);
    written.unwrap_or_else(|| Token![self](Span::call_site()))
}
