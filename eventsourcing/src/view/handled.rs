//! Which kinds of events a projection has handlers for.

use crate::event::Event;

/// Which kinds of events a projection has handlers for.
///
/// `#[projection]` says it; by hand, it may be left at [`ANY`](Self::ANY).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handled {
    /// What the kinds are called, each in the place of its entry in `KINDS`, and which of them are handled.
    kinds: Option<(&'static [&'static str], &'static [&'static str])>,
}

impl Handled {
    /// Any kind may have handlers.
    pub const ANY: Self = Self { kinds: None };

    /// These of all the variants of the enum, which are in the order of its [`KINDS`](Event::KINDS). What is called otherwise there, or is not complete, is
    /// as [`ANY`](Self::ANY).
    #[must_use]
    pub const fn of(variants: &'static [&'static str], handled: &'static [&'static str]) -> Self {
        Self { kinds: Some((variants, handled)) }
    }

    /// Whether a stored event of this name and schema version is one of today's kinds, and none that is handled. What is unknown, or an upcaster reads, may
    /// become any event.
    pub(crate) fn is_without<E: Event>(self, name: &str, schema_version: u32) -> bool {
        let Some((variants, handled)) = self.kinds else { return false };
        let is_upcast = || E::UPCASTERS.iter().any(|upcaster| upcaster.reads(name, schema_version));
        let fits = variants.len() == E::KINDS.len() && handled.iter().all(|handled| variants.contains(handled));
        if !fits || is_upcast() {
            return false;
        }
        let mut found = E::KINDS.iter().zip(variants).filter(|(kind, _)| kind.has_name(name)).peekable();
        let is_handled = |variant| handled.contains(variant);
        found.peek().is_some()
            && found.all(|(kind, variant)| kind.schema_version() == schema_version && !is_handled(variant))
    }
}
