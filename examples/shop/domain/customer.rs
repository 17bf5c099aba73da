//! Who buys.

use eventsourcing::prelude::*;
use serde::Serialize;

use super::{Email, Name};

/// A customer. No two have one e-mail address.
#[derive(Aggregate, Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Customer {
    #[serde(skip)]
    root: Root<Self>,
    pub(crate) name: Name,
    #[aggregate(unique)]
    pub(crate) email: Email,
}

#[events]
impl Customer {
    #[event(Registered)]
    pub(crate) fn register(id: Id<Self>, name: Name, email: Email) -> Self {
        Self { root: Root::with_id(id), name, email }
    }
}
