//! Stored names: what they may be, and how they follow from what the user wrote.

pub(crate) mod case;

use std::collections::HashSet;

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, LitInt, LitStr};

use self::case::CaseRule;
use crate::ctxt::Ctxt;

/// The most bytes of a name; the runtime's own limit.
const LONGEST: usize = 255;

/// A name as it is stored, and the place to blame for it.
#[derive(Clone)]
pub(crate) struct StoredName {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl StoredName {
    /// The name that is written, or else the identifier without `r#`.
    pub(crate) fn new(ctxt: &Ctxt, written: Option<&LitStr>, ident: &Ident) -> Self {
        Self::renamed(ctxt, written, ident, None)
    }

    /// The same of an event; a name that is not written follows the rule.
    pub(crate) fn renamed(ctxt: &Ctxt, written: Option<&LitStr>, ident: &Ident, rule: Option<CaseRule>) -> Self {
        match written {
            Some(literal) => Self::written(ctxt, literal),
            None => Self { text: case::of_variant(rule, &ident.unraw().to_string()), span: ident.span() },
        }
    }

    pub(crate) fn written(ctxt: &Ctxt, literal: &LitStr) -> Self {
        let text = literal.value();
        if text.is_empty() || text.len() > LONGEST || text.chars().any(char::is_control) {
            ctxt.error(literal, format_args!("a stored name has 1 to {LONGEST} bytes and no control characters"));
        }
        Self { text, span: literal.span() }
    }

    /// Refuses what names of the framework's own streams have.
    pub(crate) fn refuse_reserved(&self, ctxt: &Ctxt, whose: &str) {
        if self.text.contains(['.', '~']) {
            let message = format!(
                "the stored name of {whose} has no `.` and no `~`, which the names of the framework's own streams have: write another, \
                 such as with `-`"
            );
            ctxt.error_at(self.span, message);
        }
    }
}

/// An event as an attribute names it: by its variant, or by the name that it is stored under.
#[derive(Clone)]
pub(crate) struct EventName {
    pub(crate) text: String,
    pub(crate) span: Span,
    /// What is written, if it is no string: `text` may follow a rule.
    pub(crate) variant: Option<String>,
}

impl EventName {
    pub(crate) fn parse(ctxt: &Ctxt, input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let StoredName { text, span } = StoredName::written(ctxt, &input.parse()?);
            return Ok(Self { text, span, variant: None });
        }
        let ident = Ident::parse_any(input)?;
        let text = ident.unraw().to_string();
        Ok(Self { variant: Some(text.clone()), text, span: ident.span() })
    }

    /// Makes the name of a variant the one that it is stored under.
    pub(crate) fn follow(&mut self, rule: Option<CaseRule>) {
        if let Some(variant) = &self.variant {
            self.text = case::of_variant(rule, variant);
        }
    }

    /// As it is written.
    pub(crate) fn written(&self) -> &str {
        self.variant.as_ref().unwrap_or(&self.text)
    }
}

/// A schema version as it is written, and the place to blame for it.
#[derive(Clone, Copy)]
pub(crate) struct SchemaVersion {
    pub(crate) number: u32,
    pub(crate) span: Span,
}

impl SchemaVersion {
    pub(crate) fn written(ctxt: &Ctxt, literal: &LitInt) -> Self {
        let number = literal.base10_parse().ok().filter(|number| *number > 0);
        if number.is_none() {
            ctxt.error(literal, format_args!("a schema version is a number from 1 to {}", u32::MAX));
        }
        Self { number: number.unwrap_or(1), span: literal.span() }
    }
}

/// The name of the event enum that goes with a struct.
pub(crate) fn event_enum(aggregate: &Ident) -> Ident {
    Ident::new(&format!("{}Event", aggregate.unraw()), aggregate.span())
}

/// This name, or one like it that is not used.
pub(crate) fn unused(name: &str, used: &HashSet<String>) -> String {
    let mut unused = name.to_owned();
    while used.contains(&unused) {
        unused.push('_');
    }
    unused
}
