//! What of the aggregate's traits a command can ask its `self` for, which is not the aggregate.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::ImplItem;

use crate::ast::events::Events;
use crate::ast::impl_block::BlockItem;
use crate::ast::part::Part;
use crate::expand::command_body::{calls_macro, names_self};
use crate::expand::wrapper::Wrapper;

/// `{self}`, `{self:?}` and `*self == other`, if some command names its `self` as a whole.
pub(super) fn traits(events: &Events<'_>, wrapper: &Wrapper) -> Option<TokenStream> {
    let has_others = events.commands().any(|command| !command.others.is_empty());
    if !has_others && !events.commands().any(|command| names_self(command.original.block.to_token_stream())) {
        return None;
    }
    let (aggregate, wrapper, generics) = (&events.aggregate.ty, &wrapper.ident, &wrapper.generics);
    let (impl_generics, types, where_clause) = generics.split_for_impl();
    let own = where_clause.iter().flat_map(|clause| &clause.predicates);
    let own = quote!(where #(#own,)*);
    let shown = [quote!(Debug), quote!(Display)].map(|name| {
        // See `event_impls` for the `for<..>`.
        quote! {
            #[automatically_derived]
            impl #impl_generics ::core::fmt::#name for #wrapper #types #own for<'__b> #aggregate: ::core::fmt::#name {
                fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::core::fmt::#name::fmt(&**self, __f)
                }
            }
        }
    });
    let equal = |other: &TokenStream| {
        quote! {
            #[automatically_derived]
            impl #impl_generics ::core::cmp::PartialEq<#other> for #wrapper #types
            #own for<'__b> #aggregate: ::core::cmp::PartialEq
            {
                fn eq(&self, __other: &#other) -> bool {
                    let (__left, __right): (&#aggregate, &#aggregate) = (self, __other);
                    __left == __right
                }
            }
        }
    };
    let to_aggregate = equal(&aggregate.to_token_stream());
    let to_another = has_others.then(|| equal(&quote!(Self)));
    Some(quote!(#(#shown)* #to_aggregate #to_another))
}

/// The constants of the block, for a `macro_rules!` that says `Self::LIMIT` and is called by a command.
pub(super) fn constants(events: &Events<'_>) -> Option<TokenStream> {
    events.commands().any(|command| calls_macro(command.original.block.to_token_stream())).then_some(())?;
    let aggregate = &events.aggregate;
    let constants = events.parts.iter().filter_map(|part| match part {
        Part::Plain(BlockItem::Other(item)) => match &**item {
            ImplItem::Const(constant) => Some(constant),
            _ => None,
        },
        _ => None,
    });
    let constants = constants.map(|constant| {
        let (cfgs, ident, on) = (crate::ast::cfgs(&constant.attrs), &constant.ident, &aggregate.ty);
        let ty = aggregate.in_place_of_self(constant.ty.to_token_stream());
        quote!(#(#cfgs)* const #ident: #ty = <#on>::#ident;)
    });
    Some(quote!(#(#constants)*))
}
