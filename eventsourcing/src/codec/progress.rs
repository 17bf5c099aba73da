//! Which field of an object is being read, for an error to name it.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, Visitor};

/// How many keys of an object were read, and whether the value of the last of them is still to come.
#[derive(Default)]
pub(super) struct Progress(Cell<(usize, bool)>);

impl Progress {
    /// The name of the field that was being read, in the object that it was read from.
    pub(super) fn field(&self, object: &[u8]) -> Option<String> {
        let (keys, is_within) = self.0.get();
        if is_within { key(object, keys.checked_sub(1)?) } else { None }
    }
}

/// Takes note of how far a visitor has come.
pub(super) struct Noted<'a, T> {
    pub(super) inner: T,
    pub(super) progress: &'a Progress,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Noted<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<V::Value, M::Error> {
        self.inner.visit_map(Noted { inner: map, progress: self.progress })
    }
}

impl<'de, M: MapAccess<'de>> MapAccess<'de> for Noted<'_, M> {
    type Error = M::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, M::Error> {
        let key = self.inner.next_key_seed(seed)?;
        let keys = self.progress.0.get().0;
        self.progress.0.set((keys + usize::from(key.is_some()), key.is_some()));
        Ok(key)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, M::Error> {
        self.inner.next_value_seed(seed)
    }
}

/// The key of an object at this place among its keys.
fn key(object: &[u8], place: usize) -> Option<String> {
    let (mut depth, mut begun, mut is_escaped, mut keys) = (0_usize, None, false, 0);
    for (index, byte) in object.iter().enumerate() {
        match (byte, begun) {
            _ if is_escaped => is_escaped = false,
            (b'\\', _) => is_escaped = true,
            (b'"', None) => begun = Some(index),
            (b'"', Some(start)) => {
                begun = None;
                let after = object.get(index + 1..)?.trim_ascii_start();
                if depth == 1 && after.first() == Some(&b':') {
                    if keys == place {
                        return serde_json::from_slice(object.get(start..=index)?).ok();
                    }
                    keys += 1;
                }
            }
            (b'{' | b'[', None) => depth += 1,
            (b'}' | b']', None) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn keys_are_counted_where_they_are_keys_of_the_object() {
        let object = br#"{"a":{"b":1}, "c \"d\"" : [{"e":":"}],"f":":"}"#;
        let keys: Vec<_> = (0..4).map(|place| key(object, place)).collect();
        assert_eq!(keys, [Some("a".to_owned()), Some(r#"c "d""#.to_owned()), Some("f".to_owned()), None]);
        assert_eq!(key(b"", 0), None);
    }
}
