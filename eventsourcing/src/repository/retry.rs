//! Trying whatever ended in a conflict again.

use std::collections::HashSet;
use std::error::Error;
use std::ops::Deref;

use crate::error::StoredFirst;
use crate::repository::pipeline::wait_for_sent;
use crate::repository::{DEADLINE, Tries};
use crate::store::{EventStore, Place, take_place};
use crate::stream::StreamId;

/// An error whose sources can be looked through: one that implements [`std::error::Error`], a `Box<dyn Error>` of any kind, or one
/// like it that dereferences to `dyn Error`.
///
/// `M` says which of these it is; the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "the sources of `{Self}` cannot be looked through for a conflict",
    label = "not an error",
    note = "implement `std::error::Error` for it, with the error that caused it as its `source()`"
)]
pub trait ErrorChain<M> {
    /// The first of the chain.
    #[doc(hidden)]
    fn first(&self) -> &(dyn Error + 'static);
}

mod kinds {
    #[derive(Debug)]
    pub enum Plain {}
    #[derive(Debug)]
    pub enum Boxed {}
    #[derive(Debug)]
    pub enum BoxedLocal {}
}

impl<E: Error + 'static> ErrorChain<kinds::Plain> for E {
    fn first(&self) -> &(dyn Error + 'static) {
        self
    }
}

impl<E: Deref<Target = dyn Error + Send + Sync>> ErrorChain<kinds::Boxed> for E {
    fn first(&self) -> &(dyn Error + 'static) {
        &**self
    }
}

impl<E: Deref<Target = dyn Error>> ErrorChain<kinds::BoxedLocal> for E {
    fn first(&self) -> &(dyn Error + 'static) {
        &**self
    }
}

/// The first time without a turn, and after a conflict with that of its stream: beside updates that are pipelined, the operation would be too late
/// each time.
pub(crate) async fn retry<F, T, E, M>(store: &dyn EventStore, mut operation: impl FnMut() -> F) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
    E: ErrorChain<M>,
{
    let mut tries = Tries::new(DEADLINE);
    let mut place: Option<Place<'_>> = None;
    // Streams that it was too late to create: a second time it does so without looking.
    let mut exist: HashSet<StreamId> = HashSet::new();
    loop {
        let stream = match operation().await {
            Ok(done) => return Ok(done),
            Err(error) => match StoredFirst::find_in(error.first()).filter(|_| tries.is_left()) {
                Some(conflict) if conflict.is_on_creating() && !exist.insert(conflict.conflicting_stream().clone()) => {
                    return Err(error);
                }
                Some(conflict) => conflict.conflicting_stream().clone(),
                None => return Err(error),
            },
        };
        drop(place);
        tries.wait().await;
        let mut next = take_place(store, stream);
        place = None;
        if next.wait().await {
            wait_for_sent(store, &mut next).await;
            place = Some(next);
        }
    }
}
