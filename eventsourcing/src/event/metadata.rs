//! What is said about a commit, beside its events.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

const CORRELATION_ID: &str = "correlation_id";
const CAUSATION_ID: &str = "causation_id";
const ACTOR: &str = "actor";
const FINGERPRINT: &str = "commit_fingerprint";

/// Who and what caused a commit: texts under keys, stored with each event of it.
///
/// Three keys have a meaning that is the same everywhere, and methods of their own; the rest are the caller's.
///
/// ```
/// use eventsourcing::Metadata;
///
/// let metadata = Metadata::new()
///     .with_correlation_id("request 4711")
///     .with_actor("alice")
///     .with("ip", "203.0.113.9");
/// assert_eq!(metadata.actor(), Some("alice"));
/// assert_eq!(metadata.get("ip"), Some("203.0.113.9"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    // Most events have none: no more than a pointer to drop.
    #[expect(clippy::box_collection, reason = "a pointer is a third of a map")]
    texts: Option<Box<BTreeMap<String, String>>>,
}

impl Metadata {
    /// Nothing said yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says which request, from its first step to its last, this is part of.
    #[must_use]
    pub fn with_correlation_id(self, id: impl Into<String>) -> Self {
        self.with(CORRELATION_ID, id)
    }

    /// Says which message or event led to this directly.
    #[must_use]
    pub fn with_causation_id(self, id: impl Into<String>) -> Self {
        self.with(CAUSATION_ID, id)
    }

    /// Says who did it.
    #[must_use]
    pub fn with_actor(self, actor: impl Into<String>) -> Self {
        self.with(ACTOR, actor)
    }

    /// Says anything else, under a key; the last value of a key stands.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.texts.get_or_insert_default().insert(key.into(), value.into());
        self
    }

    /// The request that this is part of.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.get(CORRELATION_ID)
    }

    /// The message or event that led to this.
    #[must_use]
    pub fn causation_id(&self) -> Option<&str> {
        self.get(CAUSATION_ID)
    }

    /// Who did it.
    #[must_use]
    pub fn actor(&self) -> Option<&str> {
        self.get(ACTOR)
    }

    /// The fingerprint of what the id of the commit stands for.
    pub(crate) fn fingerprint(&self) -> Option<&str> {
        self.get(FINGERPRINT)
    }

    pub(crate) fn set_fingerprint(&mut self, fingerprint: String) {
        self.texts.get_or_insert_default().insert(FINGERPRINT.to_owned(), fingerprint);
    }

    /// Takes out what was copied with the metadata of another commit.
    pub(crate) fn clear_fingerprint(&mut self) {
        if let Some(texts) = &mut self.texts {
            texts.remove(FINGERPRINT);
        }
        self.texts.take_if(|texts| texts.is_empty());
    }

    /// The text under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.texts.as_ref()?.get(key).map(String::as_str)
    }

    /// All keys with their texts, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().flat_map(|texts| texts.iter()).map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_none()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Metadata {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(texts: I) -> Self {
        texts.into_iter().fold(Self::new(), |metadata, (key, text)| metadata.with(key, text))
    }
}

/// As a map of its texts.
impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}
