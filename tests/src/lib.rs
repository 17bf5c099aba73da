//! What the tests share: an aggregate, and stores whose answers a test chooses.

mod account;
pub mod power;
pub mod received;
pub mod sqlite;
mod stores;
pub mod tally;
pub mod transfers;

pub use self::account::{Account, AccountEvent, Overdrawn};
pub use self::stores::broken::{Broken, Fault};
pub use self::stores::faulty::{Answer, Faulty};
pub use self::stores::least::Least;
pub use self::stores::sparse::Sparse;
pub use self::stores::{Memory, Noop, Refusing};
