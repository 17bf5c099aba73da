//! One kind of event.

/// How one kind of event is stored: its name, other names it once had, its schema version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventKind {
    name: &'static str,
    aliases: &'static [&'static str],
    schema_version: u32,
    discards: bool,
    revives: bool,
}

impl EventKind {
    /// A kind of event of this stored name, at schema version 1.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, aliases: &[], schema_version: 1, discards: false, revives: false }
    }

    /// The same kind, which was once stored under these other names.
    #[must_use]
    pub const fn aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// The same kind, whose fields are at this schema version. Each version before it, from 1, has an [`Upcaster`](crate::upcaster::Upcaster).
    #[must_use]
    pub const fn version(self, schema_version: u32) -> Self {
        Self { schema_version, ..self }
    }

    /// The same kind, after which the aggregate is gone.
    #[must_use]
    pub const fn discards(self) -> Self {
        Self { discards: true, ..self }
    }

    /// The same kind, which creates an aggregate, also one of an id whose aggregate was discarded.
    #[must_use]
    pub const fn revives(self) -> Self {
        Self { revives: true, ..self }
    }

    /// The name it is stored under.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The names that it was once stored under.
    #[must_use]
    pub const fn old_names(&self) -> &'static [&'static str] {
        self.aliases
    }

    /// The version of its fields, from 1.
    #[must_use]
    pub const fn schema_version(&self) -> u32 {
        self.schema_version
    }

    /// Whether the aggregate is gone after it.
    #[must_use]
    pub const fn is_discard(&self) -> bool {
        self.discards
    }

    /// Whether it starts the stream of a discarded aggregate again.
    #[must_use]
    pub const fn is_revival(&self) -> bool {
        self.revives
    }

    /// Whether it is, or once was, stored under this name.
    #[must_use]
    pub fn has_name(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}
