//! What the fields of events are stored as, of each version.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::field::Field;
use crate::ast::schema::spelled;
use crate::expand::schema::aliases;
use crate::expand::shape::Shape;
use crate::expand::upcasters::Old;

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
    let fields = fields.iter().filter(|field| !field.serde.skip).map(|field| {
        let (name, seen) = (&field.name, seen(shape, field));
        let defaulted = field.serde.default.then(|| quote!(.defaulted()));
        let aliases = aliases(&field.serde.aliases);
        quote!(#krate::schema::Field::new(#name, #seen)#defaulted #aliases)
    });
    quote!(const { &[#(#fields),*] })
}

/// The shape of a field's type, if the compiler can see it.
pub(super) fn seen(shape: &Shape<'_>, field: &Field) -> TokenStream {
    let (krate, ty) = (shape.krate, shape.stored_type(field));
    let spelled = spelled(ty.clone());
    if field.serde.is_reshaped {
        return quote!(#krate::schema::Shape::opaque(#spelled));
    }
    quote!(#krate::__private::shape(
        #krate::__private::Seen::<#ty>::SHAPE,
        #spelled,
        #krate::__private::Sampled::<#ty>::SAMPLE,
    ))
}
