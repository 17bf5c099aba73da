//! JSON that stands in a line of other JSON.

use serde::de::IgnoredAny;

/// Whether bytes are JSON without line breaks.
pub(crate) fn is_json_line(bytes: &[u8]) -> bool {
    !bytes.contains(&b'\n') && serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

/// A text as a JSON string.
pub(crate) fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What the default of a type is stored as.
pub(crate) fn default_as_json<T: Default + serde::Serialize>() -> Option<String> {
    serde_json::to_string(&T::default()).ok()
}
