//! What was in an object can still be read of it: the fields of an event, a type or a variant.

use proc_macro2::Span;
use syn::spanned::Spanned as _;

use crate::ast::field::Field;
use crate::ast::obligation::{Held, Must, Obligation};
use crate::ctxt::Ctxt;
use crate::lock::text;

/// A field as it is now, wherever it is.
#[derive(Clone, Copy)]
pub(super) struct CurrentField<'a> {
    pub(super) name: &'a str,
    pub(super) aliases: &'a [String],
    pub(super) defaulted: bool,
    pub(super) held: Held<'a>,
    pub(super) name_span: Span,
    pub(super) type_span: Span,
}

impl CurrentField<'_> {
    pub(super) fn reads(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}

impl<'a> From<&'a Field> for CurrentField<'a> {
    fn from(field: &'a Field) -> Self {
        Self {
            name: &field.name,
            aliases: &field.serde.aliases,
            defaulted: field.serde.default,
            held: Held::OfEvent(field),
            name_span: field.ident.span(),
            type_span: field.ty.span(),
        }
    }
}

/// What to do about a change.
pub(super) fn keep_or(otherwise: &str) -> String {
    format!("leave it as it was, or {otherwise}")
}

/// What was in an object can still be read of it, and nothing is asked for that was not in it. `otherwise` says what to do if it cannot.
pub(super) fn fields_are_readable<'a>(
    ctxt: &Ctxt,
    locked: &[text::Field],
    now: &[CurrentField<'a>],
    whole: Span,
    what: &str,
    otherwise: &str,
) -> Vec<Obligation<'a>> {
    let (mut obligations, help) = (Vec::new(), keep_or(otherwise));
    let gone: Vec<_> = locked.iter().filter(|field| !now.iter().any(|now| now.reads(&field.name))).collect();
    let mut new: Vec<_> = now.iter().filter(|now| !locked.iter().any(|field| now.reads(&field.name))).collect();
    // One is gone and one is new: it got another name.
    if let ([gone], [renamed]) = (&*gone, &*new)
        && !renamed.defaulted
    {
        let name = &gone.name;
        let message = format!(
            "field `{name}` {what} was released under this name (events.lock): write `#[serde(alias = \"{name}\")]`, or {help}"
        );
        ctxt.error_at(renamed.name_span, message);
        new.clear();
    } else {
        for field in gone {
            let message = format!("field `{}` {what} was released (events.lock) and is gone: {help}", field.name);
            ctxt.error_at(whole, message);
        }
    }
    for now in new.into_iter().filter(|now| !now.defaulted) {
        obligations.push(Obligation {
            of: now.held,
            must: Must::BeOptional(
                "is not in what was released (events.lock), and stored events do not have it".to_owned(),
            ),
            span: now.type_span,
            what: format!("field `{}` {what}", now.name),
            help: format!("write `#[serde(default)]` on it, or make it an `Option`, or {otherwise}"),
        });
    }
    for field in locked {
        let Some(now) = now.iter().find(|now| now.reads(&field.name)) else { continue };
        let what = format!("field `{}` {what}", field.name);
        let obligation = |must| Obligation { of: now.held, must, span: now.type_span, what, help: help.clone() };
        obligations.push(obligation(Must::BeStoredAs(field.ty.clone())));
        if field.defaulted && !now.defaulted {
            obligations.push(Obligation {
                of: now.held,
                must: Must::BeOptional(
                    "had a default when it was released (events.lock), and may be missing".to_owned(),
                ),
                span: now.type_span,
                what: format!("field `{}`", field.name),
                help: "leave `#[serde(default)]` on it".to_owned(),
            });
        }
    }
    obligations
}
