//! A struct under `#[derive(Aggregate)]`.

use syn::{Data, DeriveInput, Fields, Ident, Type};

use crate::args::AggregateArgs;
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::StoredName;

const WRITE: &str = "write a field `root: Root<Self>`";

pub(crate) struct Aggregate<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: CratePath,
    pub(crate) name: StoredName,
    /// The enum of events that the user says it has.
    pub(crate) event: Option<Type>,
    pub(crate) root: &'a Ident,
}

impl<'a> Aggregate<'a> {
    pub(crate) fn from_derive(ctxt: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        let args = AggregateArgs::from_attributes(ctxt, &original.attrs);
        let name = StoredName::new(ctxt, args.name.as_ref(), &original.ident);
        for lifetime in original.generics.lifetimes() {
            ctxt.error(lifetime, "an aggregate owns what it holds: write it without lifetimes");
        }
        let root = root(ctxt, original)?;
        Some(Self { original, krate: args.krate, name, event: args.event, root })
    }
}

/// The field that is marked, or else the one that is named `root`.
fn root<'a>(ctxt: &Ctxt, original: &'a DeriveInput) -> Option<&'a Ident> {
    let Data::Struct(data) = &original.data else {
        ctxt.error(&original.ident, format_args!("an aggregate is a struct: {WRITE} in one"));
        return None;
    };
    let Fields::Named(fields) = &data.fields else {
        ctxt.error(&original.ident, format_args!("an aggregate has named fields: {WRITE}"));
        return None;
    };
    let marked: Vec<_> = fields.named.iter().filter(|field| is_marked(ctxt, field)).collect();
    if let [first, others @ ..] = &*marked {
        for other in others {
            ctxt.error(&other.ident, "an aggregate has one root: leave one `#[aggregate(root)]`");
        }
        return first.ident.as_ref();
    }
    let mut unmarked = fields.named.iter().filter(|field| is_spelled_root(&field.ty));
    if let (Some(_), Some(second)) = (unmarked.next(), unmarked.next()) {
        ctxt.error(&second.ident, "an aggregate has one root: leave one field of type `Root<Self>`");
    }
    let named = fields.named.iter().filter_map(|field| field.ident.as_ref()).find(|ident| *ident == "root");
    if named.is_none() {
        ctxt.error(
            &original.ident,
            format_args!("no field holds identity and version: {WRITE}, or mark one with `#[aggregate(root)]`"),
        );
    }
    named
}

fn is_marked(ctxt: &Ctxt, field: &syn::Field) -> bool {
    let mut marked = false;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("aggregate")) {
        let parsed = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("root") {
                marked = true;
                Ok(())
            } else {
                Err(meta.error("unknown option; known here: `root`"))
            }
        });
        ctxt.ok(parsed);
    }
    marked
}

/// Whether a type reads `Root<Self>`: a guess, good enough to say that there are two.
fn is_spelled_root(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Root"))
}
