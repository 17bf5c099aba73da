//! The user's items as a whole, read into what they mean. Mistakes are reported; what is returned is a best effort.

pub(crate) mod aggregate;
pub(crate) mod application;
pub(crate) mod event_enum;
pub(crate) mod events;
pub(crate) mod method;

use syn::{Attribute, Ident, Type};

use crate::names::StoredName;

/// An event, wherever it was declared.
pub(crate) struct Event {
    pub(crate) variant: Ident,
    pub(crate) name: StoredName,
    pub(crate) aliases: Vec<StoredName>,
    pub(crate) discard: bool,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) fields: Vec<Field>,
}

/// A field of an event.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) mutability: Option<syn::Token![mut]>,
    pub(crate) attributes: Vec<Attribute>,
    /// As it is written.
    pub(crate) ty: Type,
    /// What it borrows, if it is a borrowed argument: it is stored as the owned form of that.
    pub(crate) lent: Option<Type>,
}

impl Event {
    /// The `#[cfg]`s on it, which everything that is made of it must carry.
    pub(crate) fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        cfgs(&self.attributes)
    }
}

pub(crate) fn cfgs(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"))
}
