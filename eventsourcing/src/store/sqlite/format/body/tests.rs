use super::*;

const NAME: i64 = 300;
const PLACES: Places =
    Places { aggregate: 1, id: Uuid::from_u128(2), version: Version::new(3), position: Position::new(4), name: 5 };

fn read<'a>(places: &Places, bytes: &'a [u8]) -> Option<Body<'a>> {
    Unverified::take(bytes)?.verify(places).copied()
}

fn bodies() -> impl Iterator<Item = Body<'static>> {
    let of = |schema_version, commit: Option<&'static [u8; 16]>, link, metadata| Body {
        recorded_at: -7,
        schema_version,
        commit,
        is_given: commit == Some(&[9; 16]),
        link,
        metadata,
        payload: br#"{"amount":5}"#,
    };
    let parts = [(1, None, None), (3, None, Some(1)), (1, Some(&[9; 16]), None), (u32::MAX, Some(&[0; 16]), Some(300))];
    parts.into_iter().flat_map(move |(version, commit, link)| {
        [None, Some(&b""[..]), Some(b"{\"actor\":\"me\"}")].map(|metadata| of(version, commit, link, metadata))
    })
}

#[test]
fn what_was_written_is_read() {
    let mut bytes = Vec::new();
    for body in bodies() {
        let chain_of = body.write(NAME, &PLACES, 77, &mut bytes);
        assert_eq!(read(&PLACES, &bytes), Some(body));
        let (seal, _) = Seal::take(&bytes).unwrap();
        assert_eq!(seal.chain, chain_of);
        assert_eq!(chain_of, chain(77, seal.checksum));
        assert_eq!(commit_of(&bytes), body.commit);
        assert_eq!(name_of(&bytes), Some(NAME));
    }
}

#[test]
fn every_flipped_bit_is_found() {
    let mut bytes = Vec::new();
    for body in bodies() {
        body.write(NAME, &PLACES, 0, &mut bytes);
        for bit in 0..bytes.len() * 8 {
            // The checksum does not cover the chain.
            if (32..64).contains(&bit) {
                continue;
            }
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(read(&PLACES, &flipped), None, "bit {bit} of {body:?}");
        }
        for length in 0..bytes.len() {
            assert_eq!(read(&PLACES, &bytes[..length]), None, "{length} bytes of {body:?}");
        }
    }
}

#[test]
fn another_place_is_found() {
    let mut bytes = Vec::new();
    bodies().next().unwrap().write(NAME, &PLACES, 0, &mut bytes);
    for other in [
        Places { aggregate: 6, ..PLACES },
        Places { id: Uuid::nil(), ..PLACES },
        Places { version: 2.into(), ..PLACES },
        Places { position: 5.into(), ..PLACES },
        Places { name: 1, ..PLACES },
    ] {
        assert_eq!(read(&other, &bytes), None, "{other:?}");
    }
}
