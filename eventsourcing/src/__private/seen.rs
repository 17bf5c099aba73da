//! What the compiler can see of a type: a constant of `Seen` itself, where its bounds hold, stands before one of a trait.

use std::marker::PhantomData;

use crate::schema::{Schema, Shape, Type};

#[derive(Debug)]
pub struct Seen<T: ?Sized>(PhantomData<T>);

impl<T: Schema + ?Sized> Seen<T> {
    pub const SHAPE: Option<Shape> = Some(Shape::of::<T>());
}

pub trait NotSeen {
    const SHAPE: Option<Shape> = None;
}

impl<T: ?Sized> NotSeen for Seen<T> {}

/// A value to show what an opaque type is stored as.
#[derive(Debug)]
pub struct Sampled<T: ?Sized>(PhantomData<T>);

impl<T: Default + serde::Serialize> Sampled<T> {
    pub const SAMPLE: Option<fn() -> Option<String>> = Some(crate::codec::default_as_json::<T>);
}

pub trait NotSampled {
    const SAMPLE: Option<fn() -> Option<String>> = None;
}

impl<T: ?Sized> NotSampled for Sampled<T> {}

/// The shape of a type whose `Schema` is known, or else an opaque one, which is sampled.
#[must_use]
pub const fn shape(seen: Option<Shape>, spelled: &'static str, sample: Option<fn() -> Option<String>>) -> Shape {
    match seen {
        Some(shape) if matches!(shape.ty, Type::Opaque(_)) => shape.sample(sample),
        Some(shape) => shape,
        None => Shape::opaque(spelled).sample(sample),
    }
}
