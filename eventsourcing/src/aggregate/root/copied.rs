//! How roots are copied, shown and compared. Written out, because a derive would ask the same of `A`.

use std::fmt;
use std::marker::PhantomData;

use super::Root;

impl<A> Clone for Root<A> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), aggregate: PhantomData }
    }
}

impl<A> fmt::Debug for Root<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Root")
            .field("id", &self.id())
            .field("version", &self.version())
            .field("pending", &self.state.pending_len())
            .finish_non_exhaustive()
    }
}

impl<A> PartialEq for Root<A> {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id() && self.version() == other.version()
    }
}

impl<A> Eq for Root<A> {}
