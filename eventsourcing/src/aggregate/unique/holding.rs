//! An aggregate knows what it holds as it is stored.

use crate::aggregate::Root;
use crate::aggregate::unique::Held;

impl<A> Root<A> {
    /// What the aggregate holds as it is stored.
    pub(crate) const fn held(&self) -> &Held {
        &self.held
    }

    /// Takes note of what the aggregate holds as it is stored.
    pub(crate) fn hold(&mut self, held: Held) {
        self.held = held;
    }
}
