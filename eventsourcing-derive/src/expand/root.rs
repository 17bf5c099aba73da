//! A question to the compiler, where the body of an event says `self.root = ..`: whether that field is the root.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};

use crate::ast::events::Events;
use crate::tokens::{self, is_punct, is_word, located_at};

/// One function for each place, which does not compile if it is.
pub(super) fn unless_replaced(events: &Events<'_>) -> TokenStream {
    let (krate, aggregate) = (&events.krate, &events.aggregate.ty);
    let (impl_generics, _, where_clause) = events.original.generics.split_for_impl();
    let changing = events.events().filter(|method| !method.creates);
    let questions = changing.map(|method| {
        let cfgs: Vec<_> = method.event.cfgs().collect();
        let asked = assigned(method.original.block.to_token_stream()).into_iter().map(|place| {
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

/// Where `root` stands in each `self.root = ..`.
fn assigned(body: TokenStream) -> Vec<Span> {
    let mut places = Vec::new();
    tokens::each(body, |_, here| {
        if let [this, dot, root, equals, after, ..] = here
            && is_word(this, "self")
            && is_punct(dot, '.')
            && is_word(root, "root")
            && is_punct(equals, '=')
            && !is_punct(after, '=')
        {
            places.push(root.span());
        }
    });
    places
}
