//! What reads the events of older releases.

use std::iter;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;

use crate::ast::Event;
use crate::ast::event_enum::EventEnum;
use crate::ast::events::Events;
use crate::ast::upcaster::{Target, Upcaster};
use crate::ast::upcasts::Upcasts;
use crate::crate_path::CratePath;
use crate::expand::obligations::History;
use crate::expand::old_fields::{entry, old_fields};
use crate::expand::schemas::Old;
use crate::expand::shape::Shape;
use crate::expand::{obligations, revision, schemas, unread};
use crate::names::EventName;
use crate::tokens::located_at;

/// The upcasters of `#[events]`: their structs, and what of `Event` speaks of the past.
pub(super) fn of_events(events: &Events<'_>, shape: &Shape<'_>) -> (TokenStream, TokenStream) {
    let krate = &events.krate;
    let old: Vec<_> = events
        .upcasters()
        .filter_map(|upcaster| {
            let (name, aliases) = match upcaster.target(&shape.events, &events.retired)? {
                Target::Event(event) => (&event.name.text, event.aliases.iter().map(|alias| &alias.text).collect()),
                Target::Retired(name) => (&name.text, Vec::new()),
            };
            let aliases = (!aliases.is_empty()).then(|| quote!(.aliases(&[#(#aliases),*])));
            Some(Old { upcaster, name: quote!(#name), options: aliases.unwrap_or_default() })
        })
        .collect();
    let structs = old.iter().map(|old| old_fields(old.upcaster, shape, &events.aggregate.ty));
    let structs = quote!(#(#structs)*);
    let entries: Vec<_> = old.iter().map(|old| entry(old, shape)).collect();
    let constants = (!entries.is_empty())
        .then(|| quote!(const UPCASTERS: &'static [#krate::upcaster::Upcaster<Self>] = &[#(#entries,)*];));
    let (retired, schemas) = (retired(&events.retired), schemas::constants(shape, &old, None));
    (structs, quote!(#constants #retired #schemas))
}

/// What a user's own enum says of the past: its upcasters, if there are any, stand in another item.
pub(super) fn of_enum(item: &EventEnum<'_>, shape: &Shape<'_>) -> (TokenStream, TokenStream) {
    let (krate, ident) = (&item.krate, &item.original.ident);
    let retired = retired(&item.retired);
    if item.retired.is_empty() && item.events.iter().all(|event| event.schema_version() == 1) {
        return (TokenStream::new(), schemas::constants(shape, &[], None));
    }
    let schemas = schemas::constants(shape, &[], Some(quote!(#krate::__private::Declared::<Self>::SCHEMAS)));
    let (impl_generics, types, where_clause) = item.original.generics.split_for_impl();
    let variants = item.events.iter().map(|event| {
        let (cfgs, name) = (event.cfgs(), event.variant.unraw().to_string());
        quote!(#(#cfgs)* #name)
    });
    let retired_as = item.retired.iter().map(EventName::written);
    let is_generic = !item.original.generics.params.is_empty();
    let complete = item.events.iter().filter(|_| !is_generic).flat_map(|event| complete(krate, item, event));
    let beside = quote! {
        #[automatically_derived]
        impl #impl_generics #krate::__private::Variants for #ident #types #where_clause {
            const VARIANTS: &'static [&'static str] = &[#(#variants),*];
            const RETIRED_AS: &'static [&'static str] = &[#(#retired_as),*];
        }
        #(#complete)*
    };
    let constants = quote! {
        const UPCASTERS: &'static [#krate::upcaster::Upcaster<Self>] = {
            use #krate::__private::NoUpcasters as _;
            #krate::__private::Declared::<Self>::UPCASTERS
        };
        #retired
        #schemas
    };
    (beside, constants)
}

/// Asks the compiler whether each older version of an event is read.
fn complete(krate: &CratePath, item: &EventEnum<'_>, event: &Event) -> Vec<TokenStream> {
    let Some(version) = event.version else { return Vec::new() };
    let (ident, name, variant) = (&item.original.ident, &event.name.text, &event.variant);
    let cfgs: Vec<_> = event.cfgs().collect();
    let message = format!(
        "event `{variant}` is at version {}, and nothing reads one of the versions before it: write `#[upcast({variant}, from = ..)] \
         fn ..(..) -> Self` with the fields that it had then, in `#[upcast] impl {ident}`",
        version.number,
    );
    let number = version.number;
    let assert = quote!(#krate::__private::assert_read::<#ident>(#name, #number, #message));
    let assert = located_at(version.span, assert);
    vec![quote!(#(#cfgs)* const _: () = #assert;)]
}

fn retired(names: &[EventName]) -> Option<TokenStream> {
    let names = names.iter().map(|name| &name.text);
    (names.len() > 0).then(|| quote!(const RETIRED: &'static [&'static str] = &[#(#names),*];))
}

/// `#[upcast]` on an `impl` block.
pub(crate) fn upcasts(item: &Upcasts<'_>, history: &History<'_>) -> TokenStream {
    let shape = Shape::of_upcasts(item);
    let (krate, ty) = (&item.krate, &item.event.ty);
    let (impl_generics, _, where_clause) = item.original.generics.split_for_impl();
    let structs = item.upcasters.iter().map(|upcaster| old_fields(upcaster, &shape, ty));
    let old = item.upcasters.iter().map(|upcaster| {
        let name = &upcaster.event.text;
        let kind = quote!(#krate::__private::event_called::<Self>(#name));
        let revision = revision(item, upcaster);
        Old { upcaster, name: quote!(#kind.0), options: quote!(.aliases(#kind.1).revision(#revision)) }
    });
    let old: Vec<_> = old.collect();
    let entries = old.iter().map(|old| entry(old, &shape));
    let schemas = old.iter().map(|old| schemas::entry(&shape, old));
    let is_generic = !item.original.generics.params.is_empty();
    let asserts = item.upcasters.iter().filter(|_| !is_generic).map(|upcaster| {
        let (cfgs, name, from) = (upcaster.cfgs(), &upcaster.event.text, upcaster.from.number);
        let assert = quote!(#krate::__private::assert_upcaster::<#ty>(#name, #from));
        let assert = located_at(upcaster.event.span, assert);
        quote!(#(#cfgs)* const _: () = #assert;)
    });
    let obligations = obligations::of_events(&shape, history);
    let lock = obligations::depends_on_lock(history);
    let unread = unread::refused(item.original);
    let original = item.original.without_marks();
    let import = krate.in_text(&item.event.ident).import;
    quote! {
        #original
        const _: () = {
            #import
            #(#structs)*

            #[automatically_derived]
            impl #impl_generics #krate::__private::Upcasters for #ty #where_clause {
                const UPCASTERS: &'static [#krate::upcaster::Upcaster<Self>] = &[#(#entries,)*];
                const SCHEMAS: &'static [#krate::schema::EventSchema] = {
                    #[allow(unused_imports)]
                    use #krate::__private::{NotSampled as _, NotSeen as _};
                    &[#(#schemas,)*]
                };
            }
            #(#asserts)*
            #obligations
            #lock
            #unread
        };
    }
}

/// A number that differs when an upcaster does something else.
fn revision(item: &Upcasts<'_>, upcaster: &Upcaster<'_>) -> u64 {
    let function = upcaster.original;
    revision::revision(iter::once((&function.sig.ident, function)), item.original.items.iter())
}
