//! What a projection asks of its row: each question once, and in words of its own.
//!
//! The impls of a projection stand under conditions that need not hold: where they do not, there is no impl and no message of rustc's.

use std::marker::PhantomData;

use crate::aggregate::Aggregate;
use crate::view::{KeyOf, On, Source, View};

/// A function of `RowOf` itself, which stands for the row of a view, is found before that of [`NotARow`].
#[derive(Debug)]
pub struct RowOf<T>(PhantomData<T>);

impl<T: View> RowOf<T> {
    pub const fn is_row() {}

    pub const fn is_found_by_id_of<A>()
    where
        T::Key: KeyOf<A>,
    {
    }
}

pub trait NotARow<T> {
    fn is_row()
    where
        T: DerivedRow,
    {
    }

    /// That it is no row is message enough.
    fn is_found_by_id_of<A>() {}
}

impl<T> NotARow<T> for RowOf<T> {}

/// A type with `#[derive(View)]`, whatever else it lacks.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of a view",
    label = "no row of a view",
    note = "write `#[derive(View, Clone)]` on the struct, and `#[view(key)]` on the field that a row is found by"
)]
pub trait DerivedRow {}

/// A constant of `SourceOf` itself, where the row has handlers of the aggregate's events, is found before that of [`NoSource`].
#[derive(Debug)]
pub struct SourceOf<P, A>(PhantomData<(P, A)>);

impl<P: On<A>, A: Aggregate> SourceOf<P, A> {
    pub const BY_KEY: Source<P> = Source::of::<A>();
}

impl<P: On<A, Key: KeyOf<A>>, A: Aggregate> SourceOf<P, A> {
    pub const BY_ID: Source<P> = Source::by_id::<A>();
}

pub trait NoSource<P: View, A: Aggregate> {
    const BY_KEY: Source<P> = Source::none::<A>();
    const BY_ID: Source<P> = Source::none::<A>();
}

impl<P: View, A: Aggregate> NoSource<P, A> for SourceOf<P, A> {}
