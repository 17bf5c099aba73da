//! The state of an aggregate to and from its bytes.

use serde::Serialize;
use serde::de::DeserializeSeed;

/// Writes a state to the end of `bytes`.
pub(crate) fn encode_state(state: &impl Serialize, bytes: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    serde_json::to_writer(bytes, state)
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
