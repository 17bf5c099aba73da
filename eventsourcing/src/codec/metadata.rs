//! Metadata to and from its bytes: a JSON object of texts.

use std::collections::BTreeMap;

use serde::Serializer as _;

use crate::event::Metadata;

pub(crate) fn encode_metadata(metadata: &Metadata) -> Result<Vec<u8>, serde_json::Error> {
    let mut json = Vec::new();
    serde_json::Serializer::new(&mut json).collect_map(metadata.iter())?;
    Ok(json)
}

/// Why metadata cannot be read.
pub(crate) type MetadataError = serde_json::Error;

pub(crate) fn decode_metadata(json: &[u8]) -> Result<Metadata, MetadataError> {
    serde_json::from_slice::<BTreeMap<String, String>>(json).map(Metadata::from_iter)
}
