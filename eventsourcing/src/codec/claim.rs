//! The events of a claim, and how they are stored.

use std::collections::BTreeMap;

use serde::de::Error as _;
use uuid::Uuid;

use crate::error::DecodeError;

const CLAIMED: &str = "Claimed";
const RELEASED: &str = "Released";
const KNOWN: [&str; 2] = [CLAIMED, RELEASED];
/// The version of the fields of both.
pub(crate) const CLAIM_SCHEMA_VERSION: u32 = 1;
const BY: &str = "by";

/// What happened to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClaimEvent {
    /// The aggregate of this id has the value.
    Claimed { by: Uuid },
    /// It has it no longer.
    Released,
}

impl ClaimEvent {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Claimed { .. } => CLAIMED,
            Self::Released => RELEASED,
        }
    }

    pub(crate) fn payload(self) -> String {
        match self {
            // Without `format!`, which would be a quarter of what staging a claim takes.
            Self::Claimed { by } => {
                ["{\"", BY, "\":\"", by.hyphenated().encode_lower(&mut Uuid::encode_buffer()), "\"}"].concat()
            }
            Self::Released => "{}".to_owned(),
        }
    }

    pub(crate) fn decode(name: &str, schema_version: u32, payload: &[u8]) -> Result<Self, DecodeError> {
        let event = || name.to_owned();
        if !KNOWN.contains(&name) {
            return Err(DecodeError::UnknownEvent { event: event(), known: KNOWN.to_vec() });
        }
        if schema_version != CLAIM_SCHEMA_VERSION {
            let (stored, known) = (schema_version, CLAIM_SCHEMA_VERSION);
            return Err(DecodeError::UnknownVersion { event: event(), stored, known });
        }
        let fields: Result<BTreeMap<String, Uuid>, _> = serde_json::from_slice(payload);
        let read = fields.and_then(|fields| match (name, fields.get(BY)) {
            (CLAIMED, Some(by)) => Ok(Self::Claimed { by: *by }),
            (CLAIMED, None) => Err(serde_json::Error::missing_field(BY)),
            _ => Ok(Self::Released),
        });
        read.map_err(|source| DecodeError::Payload { event: event(), field: None, source })
    }
}
