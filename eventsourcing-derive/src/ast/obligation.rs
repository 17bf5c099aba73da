//! What the compiler is to find out about the type of a field, because `events.lock` says what it was.

use proc_macro2::Span;

use crate::ast::field::Field;
use crate::ast::schema::Stored;

pub(crate) struct Obligation<'a> {
    pub(crate) of: Held<'a>,
    pub(crate) must: Must,
    /// Where the field stands.
    pub(crate) span: Span,
    /// What the field is, for a message: "field `amount` of event `Deposited`".
    pub(crate) what: String,
    /// What to do about it.
    pub(crate) help: String,
}

/// The field.
#[derive(Clone, Copy)]
pub(crate) enum Held<'a> {
    OfEvent(&'a Field),
    OfType(&'a Stored<'a>),
}

pub(crate) enum Must {
    /// Be stored as this type, or as an `Option` of it.
    BeStoredAs(String),
    /// Be an `Option`, for this reason.
    BeOptional(String),
}
