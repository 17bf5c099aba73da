//! An upcaster as the runtime calls it: a struct of the fields that there were, which becomes events.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Ident, Type};

use crate::ast::upcaster::Upcaster;
use crate::expand::schemas::Old;
use crate::expand::shape::Shape;

/// The struct of the old fields, and how they become events.
pub(super) fn old_fields(upcaster: &Upcaster<'_>, shape: &Shape<'_>, on: &Type) -> TokenStream {
    let (krate, cfgs) = (shape.krate, upcaster.cfgs().collect::<Vec<_>>());
    let (ident, call, event) = (upcaster.fields_ident(), &upcaster.original.sig.ident, shape.ty());
    let (impl_generics, types, where_clause) = shape.generics.split_for_impl();
    let serde = shape.serde_attributes(&[]);
    let fields = upcaster.fields.iter().map(|field| {
        let (attributes, name, ty) = (&field.attributes, &field.ident, shape.stored_type(field));
        quote!(#(#attributes)* #name: #ty)
    });
    let arguments = upcaster.fields.iter().map(|field| {
        let name = &field.ident;
        if field.lent.is_some() { quote!(::core::borrow::Borrow::borrow(&self.#name)) } else { quote!(self.#name) }
    });
    let mut arguments: Vec<_> = arguments.collect();
    let (upcast, recorded) = match upcaster.recorded {
        Some((at, ty)) => {
            // What is wrong with the type is said under it.
            let recorded = Ident::new("__recorded", Span::mixed_site().located_at(ty.span()));
            arguments.insert(at, recorded.to_token_stream());
            (quote!(UpcastRecorded), Some(quote!(, #recorded: &#krate::Recorded<()>)))
        }
        None => (quote!(Upcast), None),
    };
    let generics: Vec<_> = shape.generics.type_params().map(|param| &param.ident).collect();
    let phantom = (!generics.is_empty())
        .then(|| quote!(#[serde(skip)] __generics: ::core::marker::PhantomData<fn() -> (#(#generics,)*)>,));
    // What is wrong with the result is said under it.
    let output = shape.in_place_of_self(upcaster.output.to_token_stream());
    let output_span = upcaster.output.span();
    let returned = quote_spanned!(output_span=> type Events = #output;);
    let generics = &shape.generics;
    quote! {
        #(#cfgs)*
        #[derive(#krate::__private::serde::Deserialize)]
        #serde
        #[allow(non_camel_case_types)]
        struct #ident #generics #where_clause { #(#fields,)* #phantom }

        #(#cfgs)*
        #[automatically_derived]
        impl #impl_generics #krate::upcaster::#upcast<#event> for #ident #types #where_clause {
            #returned

            fn upcast(self #recorded) -> Self::Events {
                <#on>::#call(#(#arguments),*)
            }
        }
    }
}

/// What `UPCASTERS` says of it.
pub(super) fn entry(old: &Old<'_>, shape: &Shape<'_>) -> TokenStream {
    let Old { upcaster, name, options } = old;
    let (krate, cfgs, ident) = (shape.krate, upcaster.cfgs(), upcaster.fields_ident());
    let (_, types, _) = shape.generics.split_for_impl();
    let turbofish = types.as_turbofish();
    let from = upcaster.from.number;
    let new = if upcaster.recorded.is_some() { quote!(with_recorded) } else { quote!(new) };
    quote!(#(#cfgs)* #krate::upcaster::Upcaster::#new::<#ident #turbofish>(#name, #from)#options)
}
