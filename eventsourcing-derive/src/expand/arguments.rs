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
pub(super) fn argument_called<'h, 'a>(handler: &'h Handler<'a>, name: &Ident) -> Option<&'h Argument<'a>> {
    handler.arguments.iter().find(|argument| argument.name == Some(name))
}
