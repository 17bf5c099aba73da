//! Trying whatever ended in a conflict again.

use std::error::Error;
use std::ops::Deref;

use crate::error::is_conflict;
use crate::repository::{TRIES, Tries};

/// An error whose sources can be looked through: one that implements [`std::error::Error`], a `Box<dyn Error>` of any kind, or one
/// like it that dereferences to `dyn Error`.
///
/// `M` says which of these it is; the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "the sources of `{Self}` cannot be looked through for a conflict",
    label = "not an error",
    note = "implement `std::error::Error` for it, with the error that caused it as its `source()`"
)]
pub trait Sources<M> {
    /// Whether a conflict is among what caused it.
    #[doc(hidden)]
    fn is_conflict(&self) -> bool;
}

mod kinds {
    #[derive(Debug)]
    pub enum Plain {}
    #[derive(Debug)]
    pub enum Boxed {}
    #[derive(Debug)]
    pub enum BoxedLocal {}
}

impl<E: Error + 'static> Sources<kinds::Plain> for E {
    fn is_conflict(&self) -> bool {
        is_conflict(self)
    }
}

impl<E: Deref<Target = dyn Error + Send + Sync>> Sources<kinds::Boxed> for E {
    fn is_conflict(&self) -> bool {
        is_conflict(&**self)
    }
}

impl<E: Deref<Target = dyn Error>> Sources<kinds::BoxedLocal> for E {
    fn is_conflict(&self) -> bool {
        is_conflict(&**self)
    }
}

pub(crate) async fn retry<F, T, E, M>(mut operation: impl FnMut() -> F) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
    E: Sources<M>,
{
    let mut tries = Tries::new(TRIES);
    loop {
        let result = operation().await;
        match result {
            Err(error) if tries.is_left() && error.is_conflict() => {}
            result => return result,
        }
        tries.wait().await;
    }
}
