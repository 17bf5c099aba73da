//! What stands in a file: rows, keys, names and numbers, as bytes and as SQL; and the steps that make its tables.

pub(crate) mod ascent;
pub(crate) mod body;
pub(crate) mod commits;
pub(crate) mod corrupt;
pub(crate) mod head;
pub(crate) mod index;
pub(crate) mod insert;
pub(crate) mod lineage;
pub(crate) mod names;
pub(crate) mod numbers;
pub(crate) mod row;
pub(crate) mod schema;
pub(crate) mod snapshots;
pub(crate) mod store_id;
pub(crate) mod stream_key;
pub(crate) mod varint;
