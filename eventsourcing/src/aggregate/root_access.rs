//! What only the framework has, and [`Aggregate::root_mut`](crate::Aggregate::root_mut) asks for.

use std::fmt;
use std::marker::PhantomData;

/// What is to be given for [`Aggregate::root_mut`](crate::Aggregate::root_mut): only the framework has one, so only it calls that. It is for aggregates of one type, so that
/// an implementation by hand, which is given one, cannot use it on others.
pub struct RootAccess<A>(PhantomData<fn(A)>);

/// The framework's own.
pub(crate) const fn access<A>() -> RootAccess<A> {
    RootAccess(PhantomData)
}

impl<A> fmt::Debug for RootAccess<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootAccess")
    }
}
