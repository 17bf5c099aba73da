//! The fields of an event that a handler is given, and that a key is made of.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Ident, Type};

use crate::ast::handler::{Argument, Handler};
use crate::ast::of_enum::OfEnum;
use crate::crate_path::CratePath;
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
pub(super) fn taken<F>(
    krate: &CratePath,
    of: &OfEnum<'_, '_, F>,
    handler: &Handler<'_, F>,
) -> (TokenStream, TokenStream) {
    let (events, variant) = (&handler.events, &handler.variant);
    let mut fields: Vec<&Ident> = Vec::new();
    for argument in &handler.arguments {
        if !fields.contains(&&argument.field) {
            fields.push(&argument.field);
        }
    }
    let locals = fields.iter().map(|field| local(field));
    let at = handler.at.map(|ty| at(krate, of.aggregate(), handler, ty));
    let values = handler.arguments.iter().map(|argument| value(argument.ty, &local(&argument.field)));
    (quote!(#events::#variant { #(#fields: #locals,)* .. }), quote!(#at #(#values,)*))
}

/// Where the event stands, as an argument. That another aggregate is spelled there than that of the events is said under it.
fn at<F>(krate: &CratePath, aggregate: Option<Type>, handler: &Handler<'_, F>, ty: &Type) -> TokenStream {
    let spelled = handler.aggregate();
    let written = |ty: &Type| ty.to_token_stream().to_string();
    let Some(other) =
        spelled.filter(|spelled| aggregate.is_some_and(|aggregate| written(&aggregate) != written(spelled)))
    else {
        return located_at(ty.span(), quote!(__at,));
    };
    located_at(other.span(), quote!(#krate::__private::at_of::<#other, _>(__at),))
}
