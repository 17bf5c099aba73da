//! The enum of an aggregate's events.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, ExprLit, ItemEnum, Lit, LitStr, Meta, parse_quote};

use crate::ast::Event;
use crate::ast::event_enum::EventEnum;
use crate::ast::self_type::SelfType;
use crate::ast::without_mark;
use crate::expand::event_impls::event_impl;
use crate::expand::obligations::History;
use crate::expand::shape::Shape;
use crate::expand::{derived, event_field, obligations, storable, upcasters};

/// The enum that `#[events]` makes.
pub(super) fn generated_enum(shape: &Shape<'_>) -> TokenStream {
    let Shape { krate, ident, generics, events, aggregate, derives } = shape;
    let derives =
        (!derives.is_empty()).then(|| quote!(#[derive(#(#derives),*)] #[allow(clippy::derived_hash_with_manual_eq)]));
    let where_clause = &generics.where_clause;
    let doc = aggregate.map(|aggregate| format!(" The events of [`{}`].", aggregate.ident));
    let (bounds, bounds_of_fields) = event_field::serde_bounds(shape);
    let serde = shape.serde_attributes(&bounds);
    let variants = events.iter().map(|event| {
        let (variant, cfgs, serde) = (&event.variant, event.cfgs(), serde_names(event, false));
        let docs: Vec<_> = event.attributes.iter().filter_map(|attribute| doc_line(attribute, *aggregate)).collect();
        let doc = docs.is_empty().then(|| format!(" The event `{}`.", event.name.text)).into_iter();
        let fields = event.fields.iter().map(|field| {
            let (attributes, ty) = (&field.attributes, shape.stored_type(field));
            let mut name = field.ident.clone();
            // What serde has to say about a field's type, it says under the name.
            if let Some(first) = field.ty.to_token_stream().into_iter().next() {
                name.set_span(first.span().resolved_at(name.span()));
            }
            let bound = bounds_of_fields.iter().find(|(of, _)| std::ptr::eq(*of, field)).map(|(_, bound)| bound);
            quote!(#(#attributes)* #bound #name: #ty)
        });
        let fields = (!event.fields.is_empty()).then(|| quote!({ #(#fields,)* }));
        quote!(#(#cfgs)* #(#docs)* #(#[doc = #doc])* #serde #variant #fields)
    });
    let import = krate.in_text(ident).import;
    // Brackets of the macro's: with none, rustc would offer to make a parameter of an unknown type, and report the type once more for that.
    let has_unknown_types = !event_field::bounds(shape).is_empty();
    let parameters = if generics.params.is_empty() && has_unknown_types { quote!(<>) } else { quote!(#generics) };
    let clone = derived::is_clone_derived(shape).then(|| quote!(::core::clone::Clone,));
    quote! {
        #import

        #[doc = #doc]
        #[derive(
            #clone
            #krate::__private::serde::Serialize,
            #krate::__private::serde::Deserialize,
        )]
        #derives
        #serde
        #[allow(
            missing_docs,
            private_bounds,
            private_interfaces,
            unreachable_pub,
            rustdoc::private_intra_doc_links,
            clippy::exhaustive_enums,
            clippy::pedantic,
        )]
        pub enum #ident #parameters #where_clause { #(#variants,)* }
    }
}

/// A user's own enum, as it was written or with what stands in for that: with what serde needs, and its impl.
pub(crate) fn user_enum(item: &EventEnum<'_>, original: &ItemEnum, history: &History<'_>) -> TokenStream {
    let shape = Shape::of_user(item);
    let krate = &item.krate;
    let mut original = original.clone();
    for (variant, event) in original.variants.iter_mut().zip(&item.events) {
        variant.attrs = without_mark(&variant.attrs);
        variant.attrs.extend(serde_names(event, true));
    }
    let is_derived = derived::is_clone_derived(&shape);
    let clone = (!item.derives("Clone") && is_derived).then(|| quote!(::core::clone::Clone,));
    let clone_impl = (!item.derives("Clone") && !is_derived).then(|| derived::clone(&shape));
    let serialize = (!item.derives("Serialize")).then(|| quote!(#krate::__private::serde::Serialize,));
    let deserialize = (!item.derives("Deserialize")).then(|| quote!(#krate::__private::serde::Deserialize,));
    let serde = (serialize.is_some() && deserialize.is_some()).then(|| {
        let (bounds, bounds_of_fields) = event_field::serde_bounds(&shape);
        let fields = original.variants.iter_mut().flat_map(|variant| &mut variant.fields);
        for (field, event_field) in fields.zip(item.events.iter().flat_map(|event| &event.fields)) {
            let bound = bounds_of_fields.iter().find(|(of, _)| std::ptr::eq(*of, event_field));
            field.attrs.extend(bound.map(|(_, bound)| bound.clone()));
        }
        shape.serde_attributes(&bounds)
    });
    let (beside, past) = upcasters::of_enum(item, &shape);
    let event = event_impl(&shape, &past);
    let obligations = obligations::of_events(&shape, history);
    let lock = obligations::depends_on_lock(history);
    let storable = storable::of_events(&shape);
    let import = krate.in_text(&item.original.ident).import;
    quote! {
        #import

        #[derive(#clone #serialize #deserialize)]
        #serde
        #original
        const _: () = { #event #clone_impl #beside #storable #obligations #lock };
    }
}

/// A line of a method's docs, where `Self` is the enum.
fn doc_line(attribute: &Attribute, aggregate: Option<&SelfType>) -> Option<TokenStream> {
    if !attribute.path().is_ident("doc") {
        return None;
    }
    let mut attribute = attribute.clone();
    if let (Meta::NameValue(doc), Some(aggregate)) = (&mut attribute.meta, aggregate)
        && let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &mut doc.value
        && line.value().contains("Self::")
    {
        *line = LitStr::new(&line.value().replace("Self::", &format!("{}::", aggregate.ident)), line.span());
    }
    Some(attribute.into_token_stream())
}

/// The stored names, to serde. A user may have it rename all variants, so there the name always stands.
fn serde_names(event: &Event, always: bool) -> Option<Attribute> {
    let name = &event.name.text;
    let rename = (always || event.variant.unraw() != *name).then(|| quote!(rename = #name,));
    let aliases = event.aliases.iter().map(|alias| &alias.text);
    let aliases = quote!(#(alias = #aliases,)*);
    (rename.is_some() || !aliases.is_empty()).then(|| parse_quote!(#[serde(#rename #aliases)]))
}
