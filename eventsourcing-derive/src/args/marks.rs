//! What an attribute is, whatever stands in it.

use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

use crate::spelled::ends_in;

/// Whether it is `#[event]`, by whatever path.
pub(crate) fn is_event_mark(attribute: &Attribute) -> bool {
    is_mark(attribute, "event")
}

/// Whether it is `#[upcast]`, by whatever path.
pub(crate) fn is_upcast_mark(attribute: &Attribute) -> bool {
    is_mark(attribute, "upcast")
}

/// Whether it is `#[cfg_attr(.., event(..))]`, or the same with `upcast`, whose condition no macro knows.
pub(crate) fn is_conditional_mark(attribute: &Attribute) -> bool {
    is_conditional(attribute, &["event", "upcast"])
}

/// Whether it is a `#[cfg_attr(.., ..)]` with one of these.
pub(crate) fn is_conditional(attribute: &Attribute, marks: &[&str]) -> bool {
    let marks =
        |(condition, meta): (usize, &Meta)| condition > 0 && marks.iter().any(|mark| ends_in(meta.path(), mark));
    attribute.path().is_ident("cfg_attr")
        && attribute
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|metas| metas.iter().enumerate().any(marks))
}

/// Whether a trait of this name is derived.
pub(crate) fn is_derived(attributes: &[Attribute], name: &str) -> bool {
    let derives = |attribute: &Attribute| {
        let mut found = false;
        // What cannot be read here is rustc's to refuse.
        let _unreadable = attribute.parse_nested_meta(|meta| {
            found |= ends_in(&meta.path, name);
            Ok(())
        });
        found
    };
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(derives)
}

/// Whether it has this name, whatever path leads there.
pub(crate) fn is_mark(attribute: &Attribute, name: &str) -> bool {
    ends_in(attribute.path(), name)
}
