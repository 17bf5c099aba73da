//! The events of a claim, and how they are stored.

use std::collections::BTreeMap;

use serde::de::Error as _;
use uuid::Uuid;

use crate::error::DecodeError;
use crate::store::StoredEvent;

const CLAIMED: &str = "Claimed";
const RELEASED: &str = "Released";
const KNOWN: [&str; 2] = [CLAIMED, RELEASED];
/// The version of the fields of both.
pub(super) const SCHEMA_VERSION: u32 = 1;
const BY: &str = "by";

/// What happened to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClaimEvent {
    /// The aggregate of this id has the value.
    Claimed { by: Uuid },
    /// It has it no longer.
    Released,
}

impl ClaimEvent {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Claimed { .. } => CLAIMED,
            Self::Released => RELEASED,
        }
    }

    pub(super) fn payload(self) -> String {
        match self {
            Self::Claimed { by } => format!("{{\"{BY}\":\"{by}\"}}"),
            Self::Released => "{}".to_owned(),
        }
    }

    pub(super) fn decode(stored: &StoredEvent<'_>) -> Result<Self, DecodeError> {
        let event = || stored.name.to_owned();
        if !KNOWN.contains(&stored.name) {
            return Err(DecodeError::UnknownEvent { event: event(), known: KNOWN.to_vec() });
        }
        if stored.schema_version != SCHEMA_VERSION {
            let (stored, known) = (stored.schema_version, SCHEMA_VERSION);
            return Err(DecodeError::UnknownVersion { event: event(), stored, known });
        }
        let fields: Result<BTreeMap<String, Uuid>, _> = serde_json::from_slice(stored.payload);
        let read = fields.and_then(|fields| match (stored.name, fields.get(BY)) {
            (CLAIMED, Some(by)) => Ok(Self::Claimed { by: *by }),
            (CLAIMED, None) => Err(serde_json::Error::missing_field(BY)),
            _ => Ok(Self::Released),
        });
        read.map_err(|source| DecodeError::Payload { event: event(), field: None, source })
    }
}

/// Whether a line of an export is an event of a claim.
pub(in crate::repository) fn check_line(stored: &StoredEvent<'_>) -> Result<(), DecodeError> {
    ClaimEvent::decode(stored).map(drop)
}
