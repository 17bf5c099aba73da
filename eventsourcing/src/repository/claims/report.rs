//! What claiming the values that are there has come to.

use std::fmt;

use crate::aggregate::Id;

/// What [`claim_all`](crate::Repository::claim_all) did.
#[non_exhaustive]
pub struct ClaimReport<A> {
    /// How many values were claimed now.
    pub claimed: u64,
    /// How many were claimed before, by the aggregates that have them.
    pub found: u64,
    /// How many claims were released, of aggregates that do not have the value.
    pub released: u64,
    /// The values that more than one aggregate has. One of them has the claim; change the value of each other one, which is then unique, too.
    pub duplicates: Vec<Duplicate<A>>,
}

/// A value that two aggregates have.
#[non_exhaustive]
pub struct Duplicate<A> {
    /// The stored name of the field.
    pub field: &'static str,
    /// The text of the value.
    pub value: String,
    /// The aggregate that has the claim.
    pub holder: Id<A>,
    /// The one that has the value without the claim.
    pub other: Id<A>,
}

impl<A> Default for ClaimReport<A> {
    fn default() -> Self {
        Self { claimed: 0, found: 0, released: 0, duplicates: Vec::new() }
    }
}

impl<A> fmt::Debug for ClaimReport<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ClaimReport");
        shown.field("claimed", &self.claimed).field("found", &self.found).field("released", &self.released);
        shown.field("duplicates", &self.duplicates).finish()
    }
}

// Written out, because a derive would ask the same of `A`.
impl<A> fmt::Debug for Duplicate<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Duplicate");
        shown.field("field", &self.field).field("value", &self.value);
        shown.field("holder", &self.holder).field("other", &self.other).finish()
    }
}

impl<A> Clone for Duplicate<A> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), ..*self }
    }
}

impl<A> PartialEq for Duplicate<A> {
    fn eq(&self, other: &Self) -> bool {
        (self.field, &self.value, self.holder, self.other) == (other.field, &other.value, other.holder, other.other)
    }
}

impl<A> Eq for Duplicate<A> {}
