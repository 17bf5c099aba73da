//! A struct under `#[derive(Application)]`.

use syn::{Data, DeriveInput, Fields, Ident, Type};

pub(crate) use crate::args::Initial;
use crate::args::{ItemArgs, initial};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

pub(crate) struct Application<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: CratePath,
    pub(crate) parts: Vec<(&'a Ident, &'a Type)>,
    /// The fields beside them.
    pub(crate) others: Vec<(&'a Ident, &'a Type, Initial)>,
}

impl<'a> Application<'a> {
    pub(crate) fn from_derive(ctxt: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        let args = ItemArgs::from_attributes(ctxt, &original.attrs, "application");
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
                None => parts.push((ident, &field.ty)),
            }
        }
        if parts.is_empty() {
            ctxt.error(
                &original.ident,
                "an application has at least one repository: write `pub accounts: Repository<Account>`",
            );
        }
        Some(Self { original, krate: args.krate, parts, others })
    }
}
