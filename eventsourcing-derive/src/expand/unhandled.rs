//! That a projection or a process says something of each event.
//!
//! Of an enum that lists its events, a constant says which are missing and what to write. Of one that is written by hand, a `match` without them does.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use crate::ast::handler::Handler;
use crate::ast::of_enum::{OfEnum, name_of};
use crate::crate_path::CratePath;
use crate::expand::conditions::of_all;
use crate::tokens::located_at;

/// What the generated code of handlers asks of an enum, and of one that does not list its events.
pub(super) fn asked(krate: &CratePath) -> TokenStream {
    quote! {
        #[allow(unused_imports)]
        use #krate::__private::{EventsOfHandler as _, NotListed as _};
    }
}

/// The event as one of the enum. That this is not the enum of the aggregate's events is said under the aggregate.
pub(super) fn typed<F>(of: &OfEnum<'_, '_, F>) -> TokenStream {
    let span = of.aggregate().map_or_else(|| of.events.span(), |aggregate| aggregate.span());
    let (of_enum, event) = (located_at(of.events.span(), quote!(::__of)), located_at(span, quote!(__event)));
    let events = of.events;
    quote!(#events #of_enum(#event))
}

/// Fails to compile if an event is missing that the enum lists. `by` says in the runtime's words what handles events.
pub(super) fn assertion<F>(krate: &CratePath, of: &OfEnum<'_, '_, F>, by: &TokenStream) -> Option<TokenStream> {
    if of.ignores_others {
        return None;
    }
    let (aggregate, events, name) = (of.aggregate(), of.events, name_of(of.events));
    let by_event = of.by_event();
    let handled =
        by_event.iter().map(|(variant, handlers)| (*variant, of_all(handlers.iter().map(|(_, handler)| *handler))));
    let said = handled.chain(of.ignored.iter().map(|variant| (*variant, None)));
    let (variants, conditions): (Vec<_>, Vec<_>) = said.unzip();
    let names = variants.iter().map(|variant| variant.unraw().to_string());
    let event = quote!(<#aggregate as #krate::Apply>::Event);
    let (listed, typed) = (quote!(#krate::__private::EventsOfView::<#event>::VARIANTS), typed(of));
    let assert = quote!(#krate::__private::assert_handled(&#krate::__private::#by, #name, #listed, __said()));
    let assert = located_at(of.events.span(), assert);
    let cfgs = of_all(of.handlers.iter().map(|(_, handler)| *handler));
    Some(quote! {
        #cfgs
        const _: () = {
            // Where a variant is misspelt, this is not run: rustc says what is wrong with it, and nothing is missing besides.
            #[allow(unreachable_patterns)]
            const fn __said() -> &'static [&'static str] {
                let _ = |__event: &#event| match #typed {
                    #(#conditions #events::#variants { .. } => {})*
                    _ => {}
                };
                &[#(#conditions #names,)*]
            }
            #assert
        };
    })
}

/// The events that have handlers, of those that the enum lists.
pub(super) fn handled<F>(krate: &CratePath, of: &OfEnum<'_, '_, F>) -> TokenStream {
    let names = of.by_event().into_iter().map(|(variant, handlers)| {
        let (cfgs, name) = (of_all(handlers.iter().map(|(_, handler)| *handler)), variant.unraw().to_string());
        quote!(#cfgs #name)
    });
    let aggregate = of.aggregate();
    quote! {
        const HANDLED: #krate::view::Handled = {
            let __listed = #krate::__private::EventsOfView::<<#aggregate as #krate::Apply>::Event>::VARIANTS;
            #krate::view::Handled::of(__listed, &[#(#names),*])
        };
    }
}

/// Tells the deliveries of an event, each of which is given to a handler.
pub(super) fn route<F>(
    krate: &CratePath,
    of: &OfEnum<'_, '_, F>,
    delivery: impl Fn(u16, &Handler<'_, F>) -> TokenStream,
) -> TokenStream {
    let arms = of.by_event().into_iter().map(|(variant, handlers)| {
        let events = handlers.first().map_or(of.events, |(_, handler)| &handler.events);
        let cfgs = of_all(handlers.iter().map(|(_, handler)| *handler));
        let deliveries = handlers.iter().map(|(number, handler)| delivery(*number, handler));
        (quote!(#cfgs (#events::#variant { .. }, _)), quote!({ #(#deliveries)* }))
    });
    exhaustive(krate, of, &arms.collect::<Vec<_>>())
}

/// Matches the event, by arms of patterns with what is done.
fn exhaustive<F>(krate: &CratePath, of: &OfEnum<'_, '_, F>, arms: &[(TokenStream, TokenStream)]) -> TokenStream {
    let (events, aggregate) = (of.events, of.aggregate());
    let (patterns, done): (Vec<_>, Vec<_>) = arms.iter().map(|(pattern, done)| (pattern, done)).unzip();
    let ignored = of.ignored.iter();
    let rest =
        if of.ignores_others { quote!(_ => {}) } else { quote!((_, #krate::__private::Others::AreListed) => {}) };
    // rustc says under the enum what is missing. That the last arm, which matches nothing, stands in the user's code, keeps it from writing one between them.
    let typed = typed(of);
    let others = quote!(#krate::__private::EventsOfView::<<#aggregate as #krate::Apply>::Event>::others());
    let each = located_at(events.span(), quote!((__event, #others)));
    let last = quote_spanned!(events.span()=> _ if false => {});
    quote! {
        let __event = #typed;
        match #each {
            #(#patterns => #done)*
            #((#events::#ignored { .. }, _) => {})*
            #rest
            #last
        }
    }
}
