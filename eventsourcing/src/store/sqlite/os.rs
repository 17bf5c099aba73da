//! What the store asks of the operating system by itself, beside SQLite: the files next to a database, their names, and how they are opened and
//! made.

pub(crate) mod descriptors;
pub(crate) mod file_status;
pub(crate) mod new_file;
pub(crate) mod positioned_io;
pub(crate) mod side_file;
