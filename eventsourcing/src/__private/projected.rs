//! The events of a projection.

/// An event that is matched in a projection. If one is missing there, rustc says so by this name.
#[derive(Debug)]
#[rustfmt::skip]
pub struct WriteOnOrIgnore<'e, E>(pub &'e E); // handle the event: `#[on(Enum::Event)]`; or say that it changes no row: `#[projection(ignore(Enum::Event))]`
