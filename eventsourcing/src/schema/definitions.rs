//! The shapes of fields, and what named types are made of.
#![cfg_attr(not(feature = "testing"), allow(dead_code, reason = "what tests alone ask for"))]

use std::collections::BTreeMap;
use std::fmt;

use crate::schema::{Schema, Type};

/// The shape of a field's type, and where the types that it names are defined.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub(crate) ty: Type,
    pub(crate) define: fn(&mut Definitions),
    pub(crate) sample: Option<fn() -> Option<String>>,
}

impl Shape {
    /// The shape of this type.
    #[must_use]
    pub const fn of<T: Schema + ?Sized>() -> Self {
        Self { ty: T::TYPE, define: T::define, sample: None }
    }

    /// The shape of a type without `Schema`, as it is spelled.
    #[must_use]
    pub const fn opaque(spelled: &'static str) -> Self {
        Self { ty: Type::Opaque(spelled), define: |_| (), sample: None }
    }

    /// The same shape, with a way to make a value of it as JSON.
    #[must_use]
    pub const fn sample(self, sample: Option<fn() -> Option<String>>) -> Self {
        Self { sample, ..self }
    }

    /// The shape itself.
    #[must_use]
    pub const fn ty(&self) -> &Type {
        &self.ty
    }
}

/// A field of an event, of a struct, or of a variant of an enum.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) defaulted: bool,
    pub(crate) aliases: &'static [&'static str],
}

impl Field {
    /// A field of this stored name that must be there, unless its type is an `Option`.
    #[must_use]
    pub const fn new(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, defaulted: false, aliases: &[] }
    }

    /// The same field, which may be missing: a default stands for it.
    #[must_use]
    pub const fn defaulted(self) -> Self {
        Self { defaulted: true, ..self }
    }

    /// The same field, which is also read under these other names.
    #[must_use]
    pub const fn aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// Whether a reader does without it.
    #[must_use]
    pub const fn may_be_missing(&self) -> bool {
        self.defaulted || matches!(self.shape.ty, Type::Optional(_))
    }
}

/// The fields of one version of an event.
#[derive(Clone, Copy, Debug)]
pub struct EventSchema {
    pub(crate) name: &'static str,
    pub(crate) version: u32,
    pub(crate) fields: &'static [Field],
}

impl EventSchema {
    /// The fields that an event of this stored name has at this schema version.
    #[must_use]
    pub const fn new(name: &'static str, version: u32, fields: &'static [Field]) -> Self {
        Self { name, version, fields }
    }
}

/// What a named type is made of.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Definition {
    /// A struct: an object of its fields.
    Fields(&'static [Field]),
    /// An enum, and how serde tells its variants apart: `""` for its usual way.
    Variants(&'static str, &'static [Variant]),
}

/// A variant of an enum.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    pub(crate) name: &'static str,
    pub(crate) of: &'static [Shape],
    pub(crate) fields: &'static [Field],
    pub(crate) aliases: &'static [&'static str],
}

impl Variant {
    /// A variant of this stored name that holds nothing.
    #[must_use]
    pub const fn unit(name: &'static str) -> Self {
        Self { name, of: &[], fields: &[], aliases: &[] }
    }

    /// A variant that holds one value, or several as a tuple.
    #[must_use]
    pub const fn of(name: &'static str, of: &'static [Shape]) -> Self {
        Self { name, of, fields: &[], aliases: &[] }
    }

    /// A variant with named fields.
    #[must_use]
    pub const fn fields(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, of: &[], fields, aliases: &[] }
    }

    /// The same variant, which is also read under these other names.
    #[must_use]
    pub const fn aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }
}

/// The definitions of all types that something names, by their names.
#[derive(Default)]
pub struct Definitions {
    all: BTreeMap<String, Definition>,
    ambiguous: Vec<String>,
}

impl Definitions {
    /// Adds the definition of a type, and of those that it names in turn.
    pub fn add(&mut self, ty: &Type, definition: Definition) {
        let name = ty.to_string();
        if let Some(known) = self.all.get(&name) {
            // The same type, or another of the same name? Its text says all that is stored.
            if format!("{:?}", Texts(known)) != format!("{:?}", Texts(&definition)) && !self.ambiguous.contains(&name) {
                self.ambiguous.push(name);
            }
            return;
        }
        self.all.insert(name, definition);
        for shape in shapes(&definition) {
            (shape.define)(self);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Definition)> {
        self.all.iter().map(|(name, definition)| (&**name, definition))
    }

    /// The names that two different types have.
    #[cfg(feature = "testing")]
    pub(crate) fn ambiguous(&self) -> &[String] {
        &self.ambiguous
    }
}

fn shapes(definition: &Definition) -> Vec<Shape> {
    let of_fields = |fields: &'static [Field]| fields.iter().map(|field| field.shape);
    match definition {
        Definition::Fields(fields) => of_fields(fields).collect(),
        Definition::Variants(_, variants) => {
            variants.iter().flat_map(|variant| variant.of.iter().copied().chain(of_fields(variant.fields))).collect()
        }
    }
}

impl fmt::Debug for Definitions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.all.iter().map(|(name, definition)| (name, Texts(definition)))).finish()
    }
}

/// A definition as its texts: without the addresses of functions, which differ for one type.
struct Texts<'a>(&'a Definition);

impl fmt::Debug for Texts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = |field: &Field| format!("{}: {} {}", field.name, field.shape.ty, field.defaulted);
        let mut list = f.debug_list();
        match self.0 {
            Definition::Fields(fields) => list.entries(fields.iter().map(field)),
            Definition::Variants(tagging, variants) => list.entry(tagging).entries(variants.iter().map(|variant| {
                let of: Vec<_> = variant.of.iter().map(|of| of.ty.to_string()).collect();
                (variant.name, of, variant.fields.iter().map(field).collect::<Vec<_>>())
            })),
        };
        list.finish()
    }
}
