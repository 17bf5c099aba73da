//! What the fields of events are stored as, of each version.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::field::Field;
use crate::ast::upcaster::Upcaster;
use crate::expand::field_shape::{aliases, seen};
use crate::expand::shape::Shape;

/// An upcaster and the stored name of what it reads, as an expression.
pub(super) struct Old<'a> {
    pub(super) upcaster: &'a Upcaster<'a>,
    pub(super) name: TokenStream,
    pub(super) options: TokenStream,
}

/// `SCHEMAS` and `PATH` of an event enum; `others` are declared elsewhere.
pub(super) fn constants(shape: &Shape<'_>, old: &[Old<'_>], others: Option<TokenStream>) -> TokenStream {
    let (krate, name) = (shape.krate, format!("::{}", shape.ident));
    let current = shape.events.iter().map(|event| {
        let (cfgs, name, version) = (event.cfgs(), &event.name.text, event.schema_version());
        let fields = fields(shape, &event.fields);
        quote!(#(#cfgs)* #krate::schema::EventSchema::new(#name, #version, #fields))
    });
    let old = old.iter().map(|old| entry(shape, old));
    let others = others.into_iter();
    quote! {
        const SCHEMAS: &'static [&'static [#krate::schema::EventSchema]] = {
            #[allow(unused_imports)]
            use #krate::__private::{NotSampled as _, NotSeen as _, NoUpcasters as _};
            &[&[#(#current,)* #(#old,)*], #(#others)*]
        };
        const PATH: &'static str = ::core::concat!(::core::module_path!(), #name);
    }
}

/// The entry of an older version of an event.
pub(super) fn entry(shape: &Shape<'_>, old: &Old<'_>) -> TokenStream {
    let (krate, cfgs, name, from) = (shape.krate, old.upcaster.cfgs(), &old.name, old.upcaster.from.number);
    let fields = fields(shape, &old.upcaster.fields);
    quote!(#(#cfgs)* #krate::schema::EventSchema::new(#name, #from, #fields))
}

fn fields(shape: &Shape<'_>, fields: &[Field]) -> TokenStream {
    let krate = shape.krate;
    let fields = fields.iter().filter(|field| !field.serde.is_skipped()).map(|field| {
        let (name, seen) = (&field.name, seen(shape, field));
        let defaulted = field.serde.default.then(|| quote!(.defaulted()));
        let aliases = aliases(&field.serde.aliases);
        quote!(#krate::schema::Field::new(#name, #seen)#defaulted #aliases)
    });
    quote!(&[#(#fields),*])
}
