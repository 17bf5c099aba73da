//! What events are recorded by.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned as _;

use crate::ast::events::Events;
use crate::tokens::located_at;

/// The trait of an aggregate, under the aggregate's type: of one that is no aggregate, all that asks for it is one message.
pub(super) fn recorder(events: &Events<'_>) -> TokenStream {
    let (krate, aggregate) = (&events.krate, &events.aggregate.ty);
    located_at(aggregate.span(), quote!(<#aggregate as #krate::__private::Recorder>))
}
