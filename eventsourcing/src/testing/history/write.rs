//! `events.lock` as it is written.

use std::fmt;

use super::text::name::Name;
use super::text::{Aggregate, Before, Event, Field, Lock, Type, Variant};

const ABOVE: &str = "\
# What released code has stored, and every later release must read. Commit this file. `EVENTS_LOCK=write cargo test events_lock` writes it. Lines
# that are there are never changed, except that a field becomes optional.
#
# `cargo check` compares it with the crates in this folder and below it, each with the nearest `events.lock`. It cannot see an aggregate whose
# struct has another name now, or that is gone or configured away as a whole; a crate of another name, in a lock that is not beside its
# `Cargo.toml`; crates that are elsewhere; and what is generic or written by hand. `cargo test` with `history_tests!` reports these.
#
# A sample is a payload that the test `golden_payloads` reads; put a real one in its place where you have one. What it cannot happen without
# stands above it, oldest first, as lines `after Opened 1 {..}` of a name, a version and a payload.
";

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ABOVE)?;
        self.aggregates.iter().try_for_each(|aggregate| write!(f, "\n{aggregate}"))?;
        self.types.iter().try_for_each(|ty| write!(f, "\n{ty}"))
    }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "aggregate {} ({})", Name(&self.name), self.path)?;
        self.unique.iter().try_for_each(|field| writeln!(f, "  unique {}", Name(field)))?;
        self.events.iter().try_for_each(|event| write!(f, "{event}"))
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  event {} {}", Name(&self.name), self.version)?;
        self.fields.iter().try_for_each(|field| writeln!(f, "    {field}"))?;
        for Before { name, version, payload } in &self.after {
            writeln!(f, "    after {} {version} {payload}", Name(name))?;
        }
        self.sample.iter().try_for_each(|sample| writeln!(f, "    sample {sample}"))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let defaulted = if self.defaulted { " = default" } else { "" };
        write!(f, "{}: {}{defaulted}", Name(&self.name), self.ty)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "type {}", self.name)?;
        if !self.tagging.is_empty() {
            writeln!(f, "  ({})", self.tagging)?;
        }
        self.fields.iter().try_for_each(|field| writeln!(f, "  {field}"))?;
        self.variants.iter().try_for_each(|variant| write!(f, "{variant}"))
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.of {
            Some(of) => writeln!(f, "  | {} of {of}", Name(&self.name))?,
            None => writeln!(f, "  | {}", Name(&self.name))?,
        }
        self.fields.iter().try_for_each(|field| writeln!(f, "    {field}"))
    }
}
