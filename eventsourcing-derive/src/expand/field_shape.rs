//! The shape of one field, as an expression.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;

use crate::ast::field::Field;
use crate::ast::schema::Stored;
use crate::crate_path::CratePath;
use crate::expand::shape::Shape;
use crate::expand::types::is_primitive;
use crate::spelled::spelling;

/// The shape of a type that must be seen into, unless it is said to be opaque.
pub(super) fn shape(krate: &CratePath, stored: &Stored<'_>) -> TokenStream {
    let ty = stored.ty;
    if stored.opaque {
        let spelling = spelling(ty.to_token_stream());
        let sample = stored.is_as_typed.then(|| quote!(.sample(#krate::__private::Sampled::<#ty>::SAMPLE)));
        quote!(#krate::schema::Shape::opaque(#spelling)#sample)
    } else {
        quote_spanned!(ty.span()=> #krate::schema::Shape::of::<#ty>())
    }
}

/// The shape of a field's type, if the compiler can see it.
pub(super) fn seen(shape: &Shape<'_>, field: &Field) -> TokenStream {
    let (krate, ty, spelling) = (shape.krate, shape.stored_type(field), shape.spelled_type(field));
    if field.serde.is_reshaped {
        return quote!(#krate::schema::Shape::opaque(#spelling));
    }
    if is_primitive(&field.ty) {
        return quote!(#krate::schema::Shape::of::<#ty>());
    }
    seen_as(krate, &ty, &spelling)
}

/// The shape of a type, if the compiler can see it.
pub(super) fn seen_type(krate: &CratePath, ty: &TokenStream) -> TokenStream {
    seen_as(krate, ty, &spelling(ty.clone()))
}

fn seen_as(krate: &CratePath, ty: &TokenStream, spelling: &str) -> TokenStream {
    quote!(#krate::__private::shape(
        #krate::__private::Seen::<#ty>::SHAPE,
        #spelling,
        #krate::__private::Sampled::<#ty>::SAMPLE,
    ))
}

/// A constant that does not compile if this, which may speak of what is seen, is not so.
pub(super) fn asserted(krate: &CratePath, assert: &TokenStream) -> TokenStream {
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #krate::__private::{NotSampled as _, NotSeen as _};
            #assert
        };
    }
}

/// Other names that a field or a variant is read under.
pub(super) fn aliases(names: &[String]) -> Option<TokenStream> {
    (!names.is_empty()).then(|| quote!(.aliases(&[#(#names),*])))
}
