//! An event to and from its bytes. A payload is a JSON object of the event's fields; the event's name and
//! schema version are stored beside it, so the enum around the fields is taken off here and put back.

mod claim;
mod decode;
mod encode;
mod exported;
mod finite;
mod journal;
mod journal_fields;
mod line;
mod metadata;
mod numbers;
mod progress;
mod state;
mod stored_json;
mod trace;
mod verify;

pub(crate) use self::claim::{CLAIM_SCHEMA_VERSION, ClaimEvent};
pub(crate) use self::decode::{Decoded, decode};
pub(crate) use self::encode::encode;
pub(crate) use self::exported::Exported;
pub(crate) use self::journal::{BEGINNING, DeliveryId, JOURNAL_SCHEMA_VERSION, JournalEntry, JournalEvent};
pub(crate) use self::journal_fields::Timers;
pub(crate) use self::line::{default_as_json, is_json_line, json_text};
pub(crate) use self::metadata::{MetadataError, check_metadata, decode_metadata, encode_metadata};
pub(crate) use self::state::{decode_state, encode_state};
pub(crate) use self::stored_json::StoredJson;
pub(crate) use self::verify::state as verify_state;
use crate::event::Recorded;

/// What is recorded beside an event that is in no store.
#[expect(clippy::unnecessary_wraps, reason = "as what is in a store, which may be damaged")]
fn not_stored() -> Result<Recorded<()>, MetadataError> {
    Ok(Recorded::stand_in())
}

#[cfg(test)]
mod tests;
