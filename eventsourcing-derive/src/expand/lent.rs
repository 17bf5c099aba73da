//! The functions by which a process is lent to its methods.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::process::Process;
use crate::expand::handler_body::Lenders;

/// One function for each method that is called. Whether it lends the process to be changed is a constant, and its signature follows from that.
pub(super) fn lenders(item: &Process<'_>, lenders: &Lenders) -> Option<TokenStream> {
    if lenders.methods.is_empty() {
        return None;
    }
    let (krate, ty) = (&item.krate, &item.original.self_ty);
    let functions = lenders.methods.iter().map(|method| {
        let ident = lenders.ident(method);
        let may_change = quote!(#krate::__private::may_change(__METHODS, #method));
        let lent = quote!(<#krate::__private::Lending<{ #may_change }> as #krate::__private::Lend>::To<'__l, #ty>);
        quote! {
            #[doc(hidden)]
            const fn #ident<'__l>(self: #lent) -> #lent {
                self
            }
        }
    });
    Some(quote! {
        const __METHODS: ::core::option::Option<&'static [&'static str]> = {
            #[allow(unused_imports)]
            use #krate::__private::NotKeyed as _;
            #krate::__private::ChangedBy::<#ty>::METHODS
        };

        #[automatically_derived]
        #[allow(dead_code, clippy::all, clippy::pedantic, clippy::nursery)]
        impl #ty {
            #(#functions)*
        }
    })
}
