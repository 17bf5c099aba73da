//! A struct under `#[derive(Application)]`.

use quote::format_ident;
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Fields, Ident, Type};

use crate::args::ApplicationArgs;
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::case;

pub(crate) struct Application<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: CratePath,
    /// The enum of the events of all its parts.
    pub(crate) events: Ident,
    pub(crate) parts: Vec<Part<'a>>,
}

/// A field: a repository, or an application within the application.
pub(crate) struct Part<'a> {
    pub(crate) field: &'a Ident,
    pub(crate) ty: &'a Type,
    /// The variant of its events.
    pub(crate) variant: Ident,
}

impl<'a> Part<'a> {
    fn new(field: &'a Ident, ty: &'a Type) -> Self {
        let variant = case::of_field(Some("PascalCase"), &field.unraw().to_string());
        Self { field, ty, variant: format_ident!("{variant}", span = field.span()) }
    }
}

impl<'a> Application<'a> {
    pub(crate) fn from_derive(ctxt: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        let args = ApplicationArgs::from_attributes(ctxt, &original.attrs);
        let wrong = "an application is a struct with named fields: write `pub accounts: Repository<Account>`";
        let Data::Struct(data) = &original.data else {
            ctxt.error(&original.ident, wrong);
            return None;
        };
        let Fields::Named(fields) = &data.fields else {
            ctxt.error(&original.ident, wrong);
            return None;
        };
        for parameter in &original.generics.params {
            ctxt.error(parameter, "an application is not generic: it names its aggregates");
        }
        if fields.named.is_empty() {
            ctxt.error(
                &original.ident,
                "an application has at least one repository: write `pub accounts: Repository<Account>`",
            );
        }
        let parts = fields.named.iter().filter_map(|field| Some(Part::new(field.ident.as_ref()?, &field.ty))).collect();
        let events = args.event.unwrap_or_else(|| format_ident!("{}Event", original.ident));
        Some(Self { original, krate: args.krate, events, parts })
    }
}
