//! A struct under `#[derive(View)]`.

use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Fields, Ident, Type};

use crate::args::{ColumnArgs, NamedItemArgs};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::StoredName;

/// The most columns of a key; the runtime's own limit.
pub(crate) const LONGEST_KEY: usize = 4;

pub(crate) struct View<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: CratePath,
    pub(crate) name: StoredName,
    pub(crate) columns: Vec<Column<'a>>,
}

/// A field.
pub(crate) struct Column<'a> {
    pub(crate) field: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) name: String,
    pub(crate) is_key: bool,
    /// The word `index`, if rows are looked up by it.
    pub(crate) index: Option<Ident>,
}

impl<'a> View<'a> {
    pub(crate) fn from_derive(ctxt: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        let args = NamedItemArgs::from_attributes(ctxt, &original.attrs, "view");
        let name = match &args.name {
            Some(literal) => StoredName { text: literal.value(), span: literal.span() },
            None => StoredName { text: original.ident.unraw().to_string(), span: original.ident.span() },
        };
        for parameter in &original.generics.params {
            ctxt.error(
                parameter,
                "the rows of a view are of one type, which owns what it holds: write it without parameters",
            );
        }
        let wrong = "the row of a view is a struct with named fields, its columns: write `#[view(key)] id: ..`";
        let Data::Struct(data) = &original.data else {
            ctxt.error(&original.ident, wrong);
            return None;
        };
        let Fields::Named(fields) = &data.fields else {
            ctxt.error(&original.ident, wrong);
            return None;
        };
        let columns = fields.named.iter().filter_map(|field| {
            let (ident, args) = (field.ident.as_ref()?, ColumnArgs::from_attributes(ctxt, &field.attrs));
            let ColumnArgs { is_key, index } = args;
            Some(Column { field: ident, ty: &field.ty, name: ident.unraw().to_string(), is_key, index })
        });
        let columns = columns.collect();
        Some(Self { original, krate: args.krate, name, columns })
    }

    /// The columns of the key.
    pub(crate) fn key(&self) -> impl Iterator<Item = &Column<'a>> {
        self.columns.iter().filter(|column| column.is_key)
    }
}
