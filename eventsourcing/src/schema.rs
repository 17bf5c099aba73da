//! What a value is stored as: the shape of a type, as the compiler knows it and not as it is spelled.

mod definitions;
mod foreign;
mod types;

pub use self::definitions::{Definition, Definitions, EventSchema, Field, Shape, Variant};
pub use self::types::Type;

/// A type that is stored inside of an event or of an aggregate's state, and whose shape the framework can see into.
///
/// `#[derive(Schema)]` writes it for structs and enums of yours; numbers, texts, `Option`, collections, maps, tuples and the like have it.
/// `events.lock` keeps the shapes of what was released, so that a change which would break stored history is found, and a snapshot is
/// ignored when the shape of what it holds has changed.
///
/// ```
/// use eventsourcing::Schema;
///
/// #[derive(Schema)]
/// pub struct Address {
///     pub street: String,
///     pub zip: Option<u32>,
/// }
///
/// assert_eq!(<Vec<Address>>::TYPE.to_string(), "[Address]");
/// ```
#[diagnostic::on_unimplemented(
    message = "the shape that `{Self}` is stored in is not known",
    label = "does not implement `Schema`",
    note = "write `#[derive(Schema)]` on it; for a type of another crate, mark the field `opaque`: then changes of it are not noticed"
)]
pub trait Schema {
    /// The shape.
    const TYPE: Type;

    /// Adds the definitions of the types that the shape names.
    fn define(definitions: &mut Definitions) {
        let _ = definitions;
    }
}
