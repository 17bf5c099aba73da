//! The state of an aggregate to and from its bytes.

use memchr::memmem;
use serde::Serialize;
use serde::de::DeserializeSeed;

use crate::codec::finite::Finite;

/// Writes a state to the end of `bytes`.
pub(crate) fn encode_state(state: &impl Serialize, bytes: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    let start = bytes.len();
    serde_json::to_writer(&mut *bytes, state)?;
    // JSON writes what is not finite as `null`, which may read as something else.
    if memmem::find(bytes.get(start..).unwrap_or_default(), b"null").is_some() {
        state.serialize(Finite)?;
    }
    Ok(())
}

/// Reads a state.
pub(crate) fn decode_state<'de, S: DeserializeSeed<'de>>(
    seed: S,
    bytes: &'de [u8],
) -> Result<S::Value, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let state = seed.deserialize(&mut json)?;
    json.end()?;
    Ok(state)
}
