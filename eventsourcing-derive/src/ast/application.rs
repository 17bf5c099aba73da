//! A struct under `#[derive(Application)]`.

use quote::format_ident;
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Fields, Ident, Type};

pub(crate) use crate::args::Initial;
use crate::args::{ApplicationArgs, initial};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::case::{self, CaseRule};

pub(crate) struct Application<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: CratePath,
    /// The enum of the events of all its parts.
    pub(crate) events: Ident,
    pub(crate) parts: Vec<Part<'a>>,
    /// The fields beside them.
    pub(crate) others: Vec<(&'a Ident, &'a Type, Initial)>,
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
        let variant = case::of_field(Some(CaseRule::Pascal), &field.unraw().to_string());
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
        let (mut parts, mut others) = (Vec::new(), Vec::new());
        for field in &fields.named {
            let Some(ident) = &field.ident else { continue };
            match initial(ctxt, &field.attrs) {
                Some(initial) => others.push((ident, &field.ty, initial)),
                None => parts.push(Part::new(ident, &field.ty)),
            }
        }
        if parts.is_empty() {
            ctxt.error(
                &original.ident,
                "an application has at least one repository: write `pub accounts: Repository<Account>`",
            );
        }
        let events = args.event.unwrap_or_else(|| format_ident!("{}Event", original.ident));
        Some(Self { original, krate: args.krate, events, parts, others })
    }
}
