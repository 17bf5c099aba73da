//! What must be compiled, because `events.lock` says that it was released.

use proc_macro2::Span;
use syn::Attribute;

/// Of what reads an event, something must not be configured away.
pub(crate) struct Condition<'a> {
    /// The `#[cfg]`s on each of those that read it.
    pub(crate) readers: Vec<Vec<&'a Attribute>>,
    /// Where the event or its upcaster stands.
    pub(crate) span: Span,
    /// What to say if none is there.
    pub(crate) message: String,
}
