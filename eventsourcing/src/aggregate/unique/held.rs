//! The values that an aggregate holds.

use crate::aggregate::Aggregate;

/// The texts of the values of an aggregate's unique fields, in their order; none of one that is discarded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held(Option<Box<[Option<Box<str>>]>>);

impl Held {
    pub(crate) const NONE: Self = Self(None);

    /// What an aggregate holds as it is now.
    pub(crate) fn of<A: Aggregate>(aggregate: &A) -> Self {
        if A::UNIQUE.is_empty() || aggregate.root().state.is_discarded() {
            return Self::NONE;
        }
        Self(Some(A::UNIQUE.iter().map(|unique| unique.text(aggregate).map(Into::into)).collect()))
    }

    /// The text of the value of a field.
    pub(crate) fn get(&self, field: usize) -> Option<&str> {
        self.0.as_ref()?.get(field)?.as_deref()
    }

    /// Whether an aggregate as it is now holds the same.
    pub(crate) fn is_of<A: Aggregate>(&self, aggregate: &A) -> bool {
        let is_discarded = aggregate.root().state.is_discarded();
        A::UNIQUE.iter().enumerate().all(|(field, unique)| {
            let text = if is_discarded { None } else { unique.text(aggregate) };
            self.get(field) == text.as_deref()
        })
    }
}
