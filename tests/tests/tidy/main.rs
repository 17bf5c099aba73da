//! The structure of the workspace as tests: which room may know which, and what holds of every file.

mod circles;
mod crates;
mod derive_rooms;
mod files;
mod rooms;
mod source;
mod sqlite;
