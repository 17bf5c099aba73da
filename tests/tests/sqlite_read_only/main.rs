//! A store that is opened read-only: it reads all that there is, beside others who write too, and changes no byte of any file.
//!
//! It is opened by a process of its own. The test reads the bytes of all files, and closing one gives up the locks that its own process has on it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod console;
mod in_use;
mod not_writable;
mod one_process;
mod refused;
mod writing;
