//! Why something is not done.

use super::{Name, Status};

/// What a rule refuses.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("{left} of {name} are left")]
    OutOfStock { name: Name, left: u32 },
    #[error("that would be more than {most}")]
    TooMany { most: u32 },
    #[error("there is nothing in the cart")]
    EmptyCart,
    #[error("it is {is:?}, not {needed:?}")]
    WrongStatus { is: Status, needed: Status },
    #[error("it is at version {is} now")]
    Changed { is: u64 },
}

impl From<Refused> for eventsourcing::Error {
    fn from(refused: Refused) -> Self {
        Self::rejected(refused)
    }
}
