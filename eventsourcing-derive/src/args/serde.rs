//! What `#[serde(..)]` says of the form in which something is stored. What cannot be read here is serde's to refuse.

use proc_macro2::{Span, TokenTree};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Attribute, Ident, LitStr, Token};

use crate::names::case::CaseRule;

/// On a field or a variant.
#[derive(Default)]
pub(crate) struct SerdeArgs {
    pub(crate) rename: Option<String>,
    /// Where it is given one name to be written under and another to be read under.
    pub(crate) renamed_apart: Option<RenamedApart>,
    pub(crate) aliases: Vec<String>,
    pub(crate) rename_all: Option<CaseRule>,
    pub(crate) rename_all_fields: Option<CaseRule>,
    pub(crate) default: bool,
    /// The word that says that it is not stored, and where.
    pub(crate) skip: Option<(String, Span)>,
    /// Where it says that some values are not written.
    pub(crate) skipped_if: Option<Span>,
    /// It is stored in another form than that of its type.
    pub(crate) is_reshaped: bool,
    pub(crate) transparent: bool,
    /// How the variants of an enum are distinguished, if not in serde's usual way.
    pub(crate) tagging: Vec<String>,
}

/// Names, or rules for names, of which one may be missing.
pub(crate) struct RenamedApart {
    /// `rename`, `rename_all` or `rename_all_fields`.
    pub(crate) word: String,
    pub(crate) span: Span,
    pub(crate) written: Option<String>,
    pub(crate) read: Option<String>,
}

impl SerdeArgs {
    pub(crate) fn from_attributes(attributes: &[Attribute]) -> Self {
        let mut args = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
            let _unreadable = attribute.parse_nested_meta(|meta| args.parse(&meta));
        }
        args
    }

    pub(crate) fn is_skipped(&self) -> bool {
        self.skip.is_some()
    }

    fn parse(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match &*key {
            "rename" => self.rename = self.written(meta, key)?,
            "rename_all" => self.rename_all = self.rule(meta, key)?,
            "rename_all_fields" => self.rename_all_fields = self.rule(meta, key)?,
            "alias" => self.aliases.extend(text(meta)?),
            "default" => {
                self.default = true;
                text(meta)?;
            }
            "skip" | "skip_deserializing" | "skip_serializing" => {
                self.skip = Some((key, meta.path.span()));
            }
            "skip_serializing_if" => {
                self.skipped_if = Some(meta.path.span());
                text(meta)?;
            }
            "transparent" => self.transparent = true,
            "untagged" => self.tagging.push("untagged".to_owned()),
            "tag" | "content" => {
                let name = text(meta)?.unwrap_or_default();
                self.tagging.push(format!("{key} {name}"));
            }
            "with" | "serialize_with" | "deserialize_with" | "flatten" | "from" | "try_from" | "into" | "remote" => {
                self.is_reshaped = true;
                text(meta)?;
            }
            _ => {
                if meta.input.peek(syn::token::Paren) {
                    meta.input.parse::<TokenTree>()?;
                }
                text(meta)?;
            }
        }
        Ok(())
    }

    /// What it is written under: `= ".."`, or `(serialize = "..", deserialize = "..")`.
    fn written(&mut self, meta: &ParseNestedMeta<'_>, word: String) -> syn::Result<Option<String>> {
        if meta.input.peek(Token![=]) {
            return text(meta);
        }
        let (mut written, mut read) = (None, None);
        meta.parse_nested_meta(|meta| {
            let value: LitStr = meta.value()?.parse()?;
            if meta.path.is_ident("serialize") {
                written = Some(value.value());
            } else {
                read = Some(value.value());
            }
            Ok(())
        })?;
        if written != read {
            self.renamed_apart = Some(RenamedApart { word, span: meta.path.span(), written: written.clone(), read });
        }
        Ok(written)
    }

    fn rule(&mut self, meta: &ParseNestedMeta<'_>, word: String) -> syn::Result<Option<CaseRule>> {
        Ok(self.written(meta, word)?.and_then(|name| CaseRule::named(&name)))
    }
}

/// `= ".."`, if it is there.
fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<Option<String>> {
    if !meta.input.peek(Token![=]) {
        return Ok(None);
    }
    let value: syn::Expr = meta.value()?.parse()?;
    Ok(match value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    })
}

/// The options in `#[serde(..)]`, without their values.
pub(crate) fn serde_keys(attributes: &[Attribute]) -> Vec<Ident> {
    let serde = attributes.iter().filter(|attribute| attribute.path().is_ident("serde"));
    let lists = serde.filter_map(|attribute| attribute.meta.require_list().ok());
    lists
        .flat_map(|list| {
            let mut is_first = true;
            list.tokens.clone().into_iter().filter_map(move |token| {
                let before = std::mem::replace(
                    &mut is_first,
                    matches!(&token, TokenTree::Punct(comma) if comma.as_char() == ','),
                );
                match token {
                    TokenTree::Ident(word) if before => Some(word),
                    _ => None,
                }
            })
        })
        .collect()
}
