//! The text of the file, read line by line.

use std::fmt;

use super::name::name;
use super::{Aggregate, Before, Event, Field, Lock, Type, Variant};

/// What git and others begin a line with that they could not merge.
const CONFLICT: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// A line that cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unreadable {
    pub(crate) line: usize,
    pub(crate) text: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, text } = self;
        if CONFLICT.iter().any(|marker| text.starts_with(marker)) {
            return write!(
                f,
                "events.lock has a merge conflict at line {line} (`{text}`): keep the lines of both sides, each once, and delete the \
                 markers; `EVENTS_LOCK=write cargo test events_lock` then puts them in order"
            );
        }
        write!(f, "line {line} of events.lock cannot be read: `{text}`")
    }
}

impl Lock {
    /// Reads the text of a file, with whatever ends of lines and whether or not a byte order mark (BOM) stands before it.
    pub(crate) fn parse(text: &str) -> Result<Self, Unreadable> {
        let mut lock = Self::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (line, written) in (1..).zip(text.lines()) {
            let text = written.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let indent = written.len() - written.trim_start().len();
            let unreadable = || Unreadable { line, text: text.to_owned() };
            lock.line(indent, text).ok_or_else(unreadable)?;
        }
        Ok(lock)
    }

    fn line(&mut self, indent: usize, text: &str) -> Option<()> {
        if indent == 0 {
            return self.item(text);
        }
        // What was begun last goes on: a type, if there is one.
        if let Some(ty) = self.types.last_mut() {
            return ty.line(indent, text);
        }
        self.aggregates.last_mut()?.line(indent, text)
    }

    fn item(&mut self, text: &str) -> Option<()> {
        if let Some(rest) = text.strip_prefix("type ") {
            let name = rest.trim().to_owned();
            self.types.push(Type { name, tagging: String::new(), fields: Vec::new(), variants: Vec::new() });
            return Some(());
        }
        let (name, rest) = name(text.strip_prefix("aggregate ")?)?;
        let path = rest.trim().strip_prefix('(')?.strip_suffix(')')?.to_owned();
        // Aggregates stand before types.
        self.types
            .is_empty()
            .then(|| self.aggregates.push(Aggregate { name, path, unique: Vec::new(), events: Vec::new() }))
    }
}

impl Aggregate {
    fn line(&mut self, indent: usize, text: &str) -> Option<()> {
        if let (2, Some(unique)) = (indent, text.strip_prefix("unique ")) {
            self.unique.push(name(unique)?.0);
            return Some(());
        }
        if indent == 2 {
            let (name, rest) = name(text.strip_prefix("event ")?)?;
            let version = rest.trim().parse().ok()?;
            self.events.push(Event { name, version, fields: Vec::new(), after: Vec::new(), sample: None });
            return Some(());
        }
        let event = self.events.last_mut()?;
        if let Some(sample) = text.strip_prefix("sample ") {
            event.sample = Some(sample.to_owned());
        } else if let Some(before) = text.strip_prefix("after ") {
            event.after.push(Before::parse(before)?);
        } else {
            event.fields.push(Field::parse(text)?);
        }
        Some(())
    }
}

impl Type {
    fn line(&mut self, indent: usize, text: &str) -> Option<()> {
        if let Some(rest) = text.strip_prefix("| ") {
            let (name, rest) = name(rest)?;
            let of = rest.trim().strip_prefix("of ").map(str::to_owned);
            self.variants.push(Variant { name, of, fields: Vec::new(), aliases: Vec::new() });
        } else if let Some(tagging) = text.strip_prefix('(') {
            tagging.strip_suffix(')')?.clone_into(&mut self.tagging);
        } else if indent == 2 {
            self.fields.push(Field::parse(text)?);
        } else {
            self.variants.last_mut()?.fields.push(Field::parse(text)?);
        }
        Some(())
    }
}

impl Before {
    fn parse(text: &str) -> Option<Self> {
        let (name, rest) = name(text)?;
        let (version, payload) = rest.trim().split_once(' ')?;
        Some(Self { name, version: version.parse().ok()?, payload: payload.trim().to_owned() })
    }
}

impl Field {
    fn parse(text: &str) -> Option<Self> {
        let (name, rest) = name(text)?;
        let ty = rest.strip_prefix(": ")?;
        let without = ty.strip_suffix(" = default");
        let (ty, defaulted) = (without.unwrap_or(ty).to_owned(), without.is_some());
        Some(Self { name, ty, defaulted, aliases: Vec::new() })
    }
}
