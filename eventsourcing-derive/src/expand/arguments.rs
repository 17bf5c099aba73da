//! The fields of an event that a handler is given, and that a key is made of.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Ident, Type};

use crate::ast::handler::{Argument, Handler};
use crate::tokens::located_at;

/// What a field of the event is called in generated code.
pub(super) fn local(field: &Ident) -> Ident {
    format_ident!("__field_{}", field.unraw(), span = Span::call_site())
}

/// A field of this type for an argument: lent, or a copy. What does not fit is said under the argument's type.
pub(super) fn value(ty: &Type, local: &Ident) -> TokenStream {
    let span = ty.span();
    let local = located_at(span, quote!(#local));
    match ty {
        Type::Reference(_) => local,
        _ => located_at(span, quote!(<#ty as ::core::clone::Clone>::clone(#local))),
    }
}

/// The argument that a key names.
pub(super) fn argument_called<'h, 'a, F>(handler: &'h Handler<'a, F>, name: &Ident) -> Option<&'h Argument<'a>> {
    handler.arguments.iter().find(|argument| argument.name == Some(name))
}

/// What a handler takes of its event: the pattern, and the arguments that come of it.
pub(super) fn taken<F>(handler: &Handler<'_, F>) -> (TokenStream, TokenStream) {
    let (events, variant) = (&handler.events, &handler.variant);
    let mut fields: Vec<&Ident> = Vec::new();
    for argument in &handler.arguments {
        if !fields.contains(&&argument.field) {
            fields.push(&argument.field);
        }
    }
    let locals = fields.iter().map(|field| local(field));
    let at = handler.at.map(|ty| located_at(ty.span(), quote!(__at,)));
    let values = handler.arguments.iter().map(|argument| value(argument.ty, &local(&argument.field)));
    (quote!(#events::#variant { #(#fields: #locals,)* .. }), quote!(#at #(#values,)*))
}
