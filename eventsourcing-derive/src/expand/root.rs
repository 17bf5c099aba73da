//! A question to the compiler, where the body of an event says `self.root = ..`: whether that field is the root.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

use crate::ast::events::Events;
use crate::expand::located_at;

/// One function for each place, which does not compile if it is.
pub(super) fn unless_replaced(events: &Events<'_>) -> TokenStream {
    let (krate, aggregate) = (&events.krate, &events.aggregate.ty);
    let (impl_generics, _, where_clause) = events.original.generics.split_for_impl();
    let changing = events.events().filter(|method| !method.creates);
    let questions = changing.map(|method| {
        let mut places = Vec::new();
        assigned(method.original.block.to_token_stream(), &mut places);
        let cfgs: Vec<_> = method.event.cfgs().collect();
        let asked = places.into_iter().map(|place| {
            let ask = located_at(place, quote!(__aggregate.root.only_a_field_that_is_not_the_root_is_replaced()));
            quote! {
                #(#cfgs)*
                const _: () = {
                    #[allow(dead_code)]
                    fn __ask #impl_generics (__aggregate: &#aggregate) #where_clause {
                        #[allow(unused_imports)]
                        use #krate::__private::NotTheRoot as _;
                        #ask
                    }
                };
            }
        });
        quote!(#(#asked)*)
    });
    questions.collect()
}

/// Finds `self.root = ..`, and gives the place of `root`.
fn assigned(tokens: TokenStream, places: &mut Vec<Span>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for window in tokens.windows(5) {
        if let [TokenTree::Ident(this), TokenTree::Punct(dot), TokenTree::Ident(root), TokenTree::Punct(equals), after] =
            window
            && this == "self"
            && dot.as_char() == '.'
            && root == "root"
            && equals.as_char() == '='
            && !matches!(after, TokenTree::Punct(second) if second.as_char() == '=')
        {
            places.push(root.span());
        }
    }
    for token in tokens {
        if let TokenTree::Group(group) = token {
            assigned(group.stream(), places);
        }
    }
}
