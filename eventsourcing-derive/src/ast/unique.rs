//! A field of an aggregate whose values are unique.

use quote::format_ident;
use syn::ext::IdentExt as _;
use syn::{Field, Ident};

use crate::args::UniqueArgs;
use crate::ctxt::Ctxt;
use crate::names::StoredName;

pub(crate) struct Unique<'a> {
    pub(crate) field: &'a Field,
    pub(crate) ident: &'a Ident,
    /// By which its claims are found.
    pub(crate) name: StoredName,
}

impl<'a> Unique<'a> {
    pub(crate) fn new(ctxt: &Ctxt, field: &'a Field, args: &UniqueArgs) -> Option<Self> {
        let ident = field.ident.as_ref()?;
        let name = StoredName::new(ctxt, args.name.as_ref(), ident);
        name.refuse_reserved(ctxt, "a unique field");
        Some(Self { field, ident, name })
    }

    /// The constant that aggregates are found by.
    pub(crate) fn constant(&self) -> Ident {
        format_ident!("{}", self.ident.unraw().to_string().to_uppercase(), span = self.ident.span())
    }
}
