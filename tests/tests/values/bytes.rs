//! Bytes, many of them.

use eventsourcing::error::InvalidCommit;
use eventsourcing::store::Limits;
use eventsourcing::{Bytes, SaveError};

use crate::{Holder, comes_back_as, holders};

#[test]
fn as_base64_three_mebibytes_are_no_more_than_four() {
    let bytes: Vec<u8> = (0..3 << 20).map(|_| fastrand::u8(..)).collect();
    let (by_event, by_snapshot) = comes_back_as(Bytes::from(bytes.clone()));
    assert!(by_event.into_vec() == bytes && by_snapshot.into_vec() == bytes);
}

#[test]
fn the_error_of_a_list_of_numbers_names_the_type() {
    let holders = holders();
    let mut holder = Holder::hold(vec![0xff_u8; Limits::MAX.max_payload_bytes / 4 + 1]);
    let error = holders.save(&mut holder).unwrap_err();
    assert!(matches!(error, SaveError::InvalidCommit(InvalidCommit::PayloadTooLarge { .. })), "{error:?}");
    assert!(error.to_string().contains("`eventsourcing::Bytes`"), "{error}");
}
