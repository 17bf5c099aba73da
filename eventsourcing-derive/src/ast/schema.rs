//! A type under `#[derive(Schema)]`.

use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Fields, Type};

use crate::args::{NamedItemArgs, SerdeArgs, is_opaque};
use crate::ast::stored;
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::StoredName;
use crate::names::case::{self, CaseRule};

pub(crate) struct Schema<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: CratePath,
    pub(crate) name: StoredName,
    pub(crate) content: Content<'a>,
}

/// What a type is stored as.
pub(crate) enum Content<'a> {
    /// `()`.
    Unit,
    /// As the one value in it.
    Same(Stored<'a>),
    Tuple(Vec<Stored<'a>>),
    Fields(Vec<SchemaField<'a>>),
    Variants(String, Vec<Variant<'a>>),
}

impl Content<'_> {
    /// Whether each value is stored as the name of its variant.
    pub(crate) fn is_unit_enum(&self) -> bool {
        let Self::Variants(tagging, variants) = self else { return false };
        tagging.is_empty() && variants.iter().all(|variant| matches!(variant.content, Content::Unit))
    }
}

/// A value that is stored.
pub(crate) struct Stored<'a> {
    pub(crate) ty: &'a Type,
    pub(crate) opaque: bool,
    /// Whether serde stores it as the type says.
    pub(crate) is_as_typed: bool,
}

pub(crate) struct SchemaField<'a> {
    pub(crate) name: StoredName,
    pub(crate) aliases: Vec<String>,
    pub(crate) stored: Stored<'a>,
    pub(crate) defaulted: bool,
}

pub(crate) struct Variant<'a> {
    pub(crate) name: StoredName,
    pub(crate) aliases: Vec<String>,
    pub(crate) content: Content<'a>,
}

impl<'a> Schema<'a> {
    pub(crate) fn from_derive(ctxt: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        let args = NamedItemArgs::from_attributes(ctxt, &original.attrs, "schema");
        let name = StoredName::new(ctxt, args.name.as_ref(), &original.ident);
        let serde = SerdeArgs::from_attributes(&original.attrs);
        stored::check_rule(ctxt, &serde);
        if serde.is_reshaped {
            ctxt.error(
                &original.ident,
                "serde stores it as another type: implement `Schema` by hand, with the `TYPE` and the `define` of that one",
            );
        }
        let content = match &original.data {
            Data::Struct(data) => content(ctxt, &data.fields, &serde, serde.rename_all),
            Data::Enum(data) => {
                let rule = serde.rename_all;
                let variants = data.variants.iter().filter_map(|variant| {
                    let own = SerdeArgs::from_attributes(&variant.attrs);
                    let plain = case::of_variant(rule, &variant.ident.unraw().to_string());
                    stored::check_name(ctxt, &own, &plain);
                    stored::check_rule(ctxt, &own);
                    let text = own.rename.clone().unwrap_or(plain);
                    let fields = own.rename_all.or(serde.rename_all_fields);
                    let content = content(ctxt, &variant.fields, &own, fields);
                    let name = StoredName { text, span: variant.ident.span() };
                    (!own.is_skipped()).then_some(Variant { name, aliases: own.aliases, content })
                });
                Content::Variants(serde.tagging.join(", "), variants.collect())
            }
            Data::Union(_) => {
                ctxt.error(&original.ident, "a union is not stored: `Schema` is for structs and enums");
                return None;
            }
        };
        Some(Self { original, krate: args.krate, name, content })
    }
}

fn content<'a>(ctxt: &Ctxt, fields: &'a Fields, serde: &SerdeArgs, rule: Option<CaseRule>) -> Content<'a> {
    let stored = |field: &'a syn::Field| {
        let own = SerdeArgs::from_attributes(&field.attrs);
        stored::check(ctxt, &own, &field.ty, serde.default);
        let opaque = is_opaque(ctxt, &field.attrs) || own.is_reshaped;
        (!own.is_skipped()).then_some(Stored { ty: &field.ty, opaque, is_as_typed: !own.is_reshaped })
    };
    match fields {
        Fields::Unit => Content::Unit,
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            fields.unnamed.first().and_then(stored).map_or(Content::Unit, Content::Same)
        }
        Fields::Unnamed(fields) => Content::Tuple(fields.unnamed.iter().filter_map(stored).collect()),
        Fields::Named(fields) if serde.transparent => {
            fields.named.iter().find_map(stored).map_or(Content::Unit, Content::Same)
        }
        Fields::Named(fields) => {
            let fields = fields.named.iter().filter_map(|field| {
                let (ident, own) = (field.ident.as_ref()?, SerdeArgs::from_attributes(&field.attrs));
                let plain = case::of_field(rule, &ident.unraw().to_string());
                stored::check_name(ctxt, &own, &plain);
                let text = own.rename.unwrap_or(plain);
                Some(SchemaField {
                    name: StoredName { text, span: ident.span() },
                    aliases: own.aliases,
                    stored: stored(field)?,
                    defaulted: own.default || serde.default,
                })
            });
            Content::Fields(fields.collect())
        }
    }
}
