//! What was released of a type that stands in events can still be read.

use proc_macro2::Span;
use syn::spanned::Spanned as _;

use crate::ast::obligation::{Held, Must, Obligation};
use crate::ast::schema::{Content, Schema, SchemaField, Stored, Variant};
use crate::check::history::fields::{CurrentField, fields_are_readable, keep_or};
use crate::ctxt::Ctxt;
use crate::lock::{CrateLock, text};

impl<'a> From<&'a SchemaField<'a>> for CurrentField<'a> {
    fn from(field: &'a SchemaField<'a>) -> Self {
        Self {
            name: &field.name.text,
            aliases: &field.aliases,
            defaulted: field.defaulted,
            held: Held::OfType(&field.stored),
            name_span: field.name.span,
            type_span: field.stored.ty.span(),
        }
    }
}

/// Holds a type against the lock. Of a generic one, the lock knows instances only.
pub(crate) fn schema<'a>(ctxt: &Ctxt, lock: &CrateLock, item: &'a Schema<'a>) -> Vec<Obligation<'a>> {
    let (name, span) = (&item.name.text, item.original.ident.span());
    let Some(locked) = lock.ty(name).filter(|_| item.original.generics.params.is_empty()) else { return Vec::new() };
    let what = format!("of `{name}`");
    let otherwise = format!(
        "let another type be `#[schema(name = \"{name}\")]` as it was, for the upcasters of the events that hold \
         it, and give this one another name"
    );
    let help = keep_or(&otherwise);
    match &item.content {
        Content::Fields(fields) if locked.variants.is_empty() => {
            of_fields(ctxt, &locked.fields, fields, span, &what, &otherwise)
        }
        Content::Variants(tagging, variants) if locked.fields.is_empty() => {
            if *tagging != locked.tagging {
                let usual = |tagging: &str| {
                    if tagging.is_empty() { "serde's usual way".to_owned() } else { tagging.to_owned() }
                };
                let message = format!(
                    "the variants {what} were distinguished by {} when it was released (events.lock), and are by {} now: {help}",
                    usual(&locked.tagging),
                    usual(tagging),
                );
                ctxt.error_at(span, message);
            }
            let mut obligations = Vec::new();
            for was in &locked.variants {
                let reads =
                    |variant: &&Variant<'_>| variant.name.text == was.name || variant.aliases.contains(&was.name);
                if let Some(now) = variants.iter().find(reads) {
                    obligations.extend(of_variant(ctxt, was, now, &otherwise));
                } else {
                    let message =
                        format!("variant `{}` {what} was released (events.lock) and is gone: {help}", was.name);
                    ctxt.error_at(span, message);
                }
            }
            obligations
        }
        _ => {
            let message = format!("`{name}` was stored in another form when it was released (events.lock): {help}");
            ctxt.error_at(span, message);
            Vec::new()
        }
    }
}

fn of_fields<'a>(
    ctxt: &Ctxt,
    locked: &[text::Field],
    fields: &'a [SchemaField<'a>],
    span: Span,
    what: &str,
    otherwise: &str,
) -> Vec<Obligation<'a>> {
    let now: Vec<_> = fields.iter().map(CurrentField::from).collect();
    fields_are_readable(ctxt, locked, &now, span, what, otherwise)
}

fn of_variant<'a>(ctxt: &Ctxt, was: &text::Variant, now: &'a Variant<'a>, otherwise: &str) -> Vec<Obligation<'a>> {
    let (what, help) = (format!("of variant `{}`", was.name), keep_or(otherwise));
    let value = |stored: &'a Stored<'a>, ty: &str| Obligation {
        of: Held::OfType(stored),
        must: Must::BeStoredAs(ty.to_owned()),
        span: stored.ty.span(),
        what: format!("the value {what}"),
        help: help.clone(),
    };
    match (&now.content, &was.of) {
        (Content::Fields(fields), None) => of_fields(ctxt, &was.fields, fields, now.name.span, &what, otherwise),
        (Content::Unit, None) if was.fields.is_empty() => Vec::new(),
        (Content::Same(stored), Some(ty)) => vec![value(stored, ty)],
        (Content::Tuple(parts), Some(ty)) => {
            let types = parts_of_tuple(ty);
            if types.len() == parts.len() {
                return parts.iter().zip(types).map(|(stored, ty)| value(stored, &ty)).collect();
            }
            ctxt.error_at(now.name.span, format!("{what} `{ty}` was released (events.lock): {help}"));
            Vec::new()
        }
        _ => {
            let message = format!("what is stored {what} had another form when it was released (events.lock): {help}");
            ctxt.error_at(now.name.span, message);
            Vec::new()
        }
    }
}

/// The types in the text of a tuple, such as `(String, [i64; 2])`.
fn parts_of_tuple(text: &str) -> Vec<String> {
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for letter in inner.chars() {
        match letter {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}
