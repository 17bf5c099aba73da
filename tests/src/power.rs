//! What a disk may have of what processes wrote, after a loss of power: `strace` notes each write and sync of them, and from that the files are made.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "tests use it, and fail by panicking"
)]

mod disk;
mod trace;

pub use self::disk::{Files, Kept, disk};
pub use self::trace::{Call, Ran, Traced};
