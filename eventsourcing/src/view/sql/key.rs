//! What deliveries to a projection in SQL are parked by.

use std::fmt;

use crate::view::Key;
use crate::view::cell_json::text_of;

/// A key of any type, as the text that it is kept by: a JSON array of its parts.
///
/// ```
/// use eventsourcing::view::SqlKey;
///
/// assert_eq!(SqlKey::of(&("alice".to_owned(), 5_u32)).as_str(), r#"["alice",5]"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SqlKey {
    text: String,
}

impl SqlKey {
    /// That of a key.
    #[must_use]
    pub fn of(key: &impl Key) -> Self {
        Self { text: text_of(key) }
    }

    /// The key that is kept by this text.
    pub(crate) const fn from_text(text: String) -> Self {
        Self { text }
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for SqlKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
