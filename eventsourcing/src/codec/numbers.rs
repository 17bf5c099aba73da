//! Why a number that is sound cannot be read: a feature of `serde_json` that a crate of the program has turned on, for all of them.

use serde::de::Error as _;
use serde_json::{Error, Value};

/// The same error, and that it is the feature's fault, if it may be.
#[cold]
pub(super) fn explained(error: Error) -> Error {
    let text = error.to_string();
    let may_be_numbers = text.starts_with("invalid type: map") || text.contains("variant of untagged enum");
    if !may_be_numbers || !are_texts() {
        return error;
    }
    Error::custom(format_args!(
        "{text}; the feature `arbitrary_precision` of serde_json is on in this program, with which a number with a point under `#[serde(flatten)]`, \
         `tag` or `untagged` cannot be read: `cargo tree -e features -i serde_json` says which crate has it"
    ))
}

/// Whether numbers are kept as they are written, which only that feature does.
fn are_texts() -> bool {
    let written = serde_json::from_str(WRITTEN).map(|number: Value| number.to_string());
    written.is_ok_and(|written| written == WRITTEN)
}

/// Otherwise it is another number in the same place.
const WRITTEN: &str = "1.00";
