//! `#[derive(Aggregate)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::ast::aggregate::Aggregate;
use crate::crate_path::CratePath;
use crate::expand;

/// An `Aggregate` that is never used: the program does not compile. With the constants of what could be read of it.
pub(crate) fn aggregate(original: &DeriveInput, read: Option<&Aggregate<'_>>, krate: &CratePath) -> TokenStream {
    // A borrowing one could not even stand in.
    if original.generics.lifetimes().next().is_some() {
        return TokenStream::new();
    }
    let ident = &original.ident;
    let (_, types, _) = original.generics.split_for_impl();
    let bound = expand::bound_as_its_events(original, krate);
    let (unique, constants) = read.map(|read| expand::stand_ins_of_unique(read, &bound)).unzip();
    let (impl_generics, _, where_clause) = bound.split_for_impl();
    quote! {
        const _: () = {
            #constants

            #[automatically_derived]
            impl #impl_generics #krate::Aggregate for #ident #types #where_clause {
                const NAME: &'static str = "";
                #unique

                fn root(&self) -> &#krate::Root<Self> {
                    ::core::unreachable!()
                }

                fn root_mut(&mut self, _: #krate::RootAccess<Self>) -> &mut #krate::Root<Self> {
                    ::core::unreachable!()
                }
            }
        };
    }
}
