//! The upcasters of a user's own enum: two items that the compiler compares.
#![expect(
    clippy::indexing_slicing,
    reason = "`const` has no iterators; the compiler runs this, and an index out of bounds ends it"
)]

use std::marker::PhantomData;

use super::names::same;
use crate::event::Event;
use crate::event::upcaster::Upcaster;
use crate::schema::EventSchema;

/// The variants of an enum of events, in the order of its kinds.
pub trait Variants: Event {
    const VARIANTS: &'static [&'static str];
    /// What the enum calls the retired events, in the order of `RETIRED`: by what was their variant, or by the stored name.
    const RETIRED_AS: &'static [&'static str];
}

/// What `#[upcast]` on the `impl` block of an enum of events declares.
pub trait Upcasters: Sized + 'static {
    const UPCASTERS: &'static [Upcaster<Self>];
    const SCHEMAS: &'static [EventSchema];
}

/// Finds what is declared, and else nothing: an associated constant of the type itself stands before one of a trait.
#[derive(Debug)]
pub struct Declared<E>(PhantomData<E>);

impl<E: Upcasters> Declared<E> {
    pub const UPCASTERS: &'static [Upcaster<E>] = E::UPCASTERS;
    pub const SCHEMAS: &'static [EventSchema] = E::SCHEMAS;
}

pub trait NoUpcasters<E: 'static> {
    const UPCASTERS: &'static [Upcaster<E>] = &[];
    const SCHEMAS: &'static [EventSchema] = &[];
}

impl<E: 'static> NoUpcasters<E> for Declared<E> {}

/// The stored name, and older ones, of an event that an upcaster means by its variant or by a name.
#[must_use]
pub const fn event_called<E: Variants>(called: &'static str) -> (&'static str, &'static [&'static str]) {
    match kind_called::<E>(called) {
        Some(n) => (E::KINDS[n].name(), E::KINDS[n].old_names()),
        None => match position(E::RETIRED_AS, called) {
            Some(n) => (E::RETIRED[n], &[]),
            None => (called, &[]),
        },
    }
}

const fn kind_called<E: Variants>(called: &str) -> Option<usize> {
    let mut n = 0;
    while n < E::KINDS.len() {
        if same(E::VARIANTS[n], called) || same(E::KINDS[n].name(), called) || is_among(E::KINDS[n].old_names(), called)
        {
            return Some(n);
        }
        n += 1;
    }
    None
}

/// Fails to compile if this upcaster has nothing to read.
#[track_caller]
pub const fn assert_upcaster<E: Variants>(called: &'static str, from: u32) {
    match kind_called::<E>(called) {
        Some(n) => assert!(
            from < E::KINDS[n].schema_version(),
            "an upcaster goes from a version before the current one: raise the version with `#[event(version = ..)]` on the \
             variant, or leave the upcaster out"
        ),
        None => assert!(
            is_among(E::RETIRED, called) || is_among(E::RETIRED_AS, called),
            "there is no such event: if it was one, say so on the enum, `#[event(retired(..))]`"
        ),
    }
}

/// Fails to compile if a version before this one is not read.
#[track_caller]
pub const fn assert_read<E: Event>(name: &str, version: u32, message: &str) {
    let mut from = 1;
    while from < version {
        let mut n = 0;
        while n < E::UPCASTERS.len() && !(E::UPCASTERS[n].from_version() == from && same(E::UPCASTERS[n].name(), name))
        {
            n += 1;
        }
        assert!(n < E::UPCASTERS.len(), "{}", message);
        from += 1;
    }
}

const fn is_among(names: &[&str], name: &str) -> bool {
    position(names, name).is_some()
}

const fn position(names: &[&str], name: &str) -> Option<usize> {
    let mut n = 0;
    while n < names.len() {
        if same(names[n], name) {
            return Some(n);
        }
        n += 1;
    }
    None
}
