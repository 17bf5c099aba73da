//! What stands in `events.lock`. The other crate has this file and those beneath by symbolic links, because a macro crate can lend nothing out.

pub(crate) mod name;
mod parse;

/// What was released.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lock {
    pub(crate) aggregates: Vec<Aggregate>,
    pub(crate) types: Vec<Type>,
}

/// An aggregate: its stored name, and the crate and the name of its event enum, such as `bank::AccountEvent`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Aggregate {
    pub(crate) name: String,
    pub(crate) path: String,
    /// The stored names of its unique fields: the claims on their values are found by them.
    pub(crate) unique: Vec<String>,
    pub(crate) events: Vec<Event>,
}

impl Aggregate {
    /// The parts of its path. One without a crate has an empty one.
    pub(crate) fn crate_and_enum(&self) -> (&str, &str) {
        self.path.rsplit_once("::").unwrap_or(("", &self.path))
    }
}

/// One version of an event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) fields: Vec<Field>,
    /// What happened before the sample, oldest first, where it cannot happen to an aggregate that was just created.
    pub(crate) after: Vec<Before>,
    /// A payload, as it is stored.
    pub(crate) sample: Option<String>,
}

/// An event before a sample, as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Before {
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) payload: String,
}

/// A field of an event, a type or a variant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: String,
    pub(crate) defaulted: bool,
    /// Other names that code reads it under; not in the text.
    pub(crate) aliases: Vec<String>,
}

/// A type that events hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Type {
    pub(crate) name: String,
    /// How the variants of an enum are distinguished, if not in serde's usual way.
    pub(crate) tagging: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) variants: Vec<Variant>,
}

/// A variant of an enum: with a value, with fields, or with nothing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) of: Option<String>,
    pub(crate) fields: Vec<Field>,
    /// Other names that code reads it under; not in the text.
    pub(crate) aliases: Vec<String>,
}
