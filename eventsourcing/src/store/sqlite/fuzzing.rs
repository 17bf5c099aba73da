//! For the fuzzer: what reads bytes of a file.

use uuid::Uuid;

use crate::store::sqlite::connection::side_files::head_record;
use crate::store::sqlite::format::body::{Body, Places, Seal, Unverified, commit_of, name_of};
use crate::store::sqlite::format::stream_key::StreamKey;
use crate::store::sqlite::format::varint;

/// Reads bytes as each of the things that a file is made of.
///
/// # Panics
///
/// If what was read is not read the same when it is written again.
pub fn read(bytes: &[u8]) {
    if let (Some(aggregate), Some(id)) = StreamKey::parts(bytes) {
        assert_eq!(StreamKey::parts(StreamKey::new(aggregate, id).bytes()), (Some(aggregate), Some(id)));
    }
    if let Some((number, _)) = varint::take(bytes) {
        let written: Vec<u8> = varint::bytes(number).collect();
        assert_eq!(varint::take(&written), Some((number, &[][..])));
    }
    head_record::reads_again(bytes);
    let (Some(name), Some((_, sealed))) = (name_of(bytes), Seal::take(bytes)) else { return };
    if let Some(body) = Body::parse(sealed) {
        assert_eq!(commit_of(bytes), body.commit);
        let places = Places { aggregate: 0, id: Uuid::nil(), version: 1.into(), position: 1.into(), name: 0 };
        let mut written = Vec::new();
        body.write(name, &places, 0, &mut written);
        assert_eq!(Unverified::take(&written).unwrap().verify(&places), Some(&body));
    }
}
