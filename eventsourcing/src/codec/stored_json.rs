//! Stored JSON whose type this program does not know, as serde writes it.

use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A stored payload; one that is not JSON cannot be written.
pub(crate) struct StoredJson<'a>(pub(crate) &'a [u8]);

impl Serialize for StoredJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value: Value = serde_json::from_slice(self.0).map_err(S::Error::custom)?;
        value.serialize(serializer)
    }
}
