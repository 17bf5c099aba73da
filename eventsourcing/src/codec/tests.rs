use serde::{Deserialize, Serialize};

use super::{Decoded, decode_metadata, encode, encode_metadata};
use crate::error::{DecodeError, EncodeError};
use crate::event::{Event, EventKind, Metadata};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Sample {
    Plain,
    #[serde(rename = "it's \"quoted\" \\ \u{1F980}")]
    Quoted {
        n: u64,
    },
    Measured {
        value: f64,
    },
    Maybe {
        value: Option<f64>,
    },
    Nested {
        tree: Tree,
    },
    Wrapped(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Tree(Vec<Tree>);

impl Event for Sample {
    const KINDS: &'static [EventKind] = &[
        EventKind::new("Plain"),
        EventKind::new("it's \"quoted\" \\ \u{1F980}"),
        EventKind::new("Measured"),
        EventKind::new("Maybe"),
        EventKind::new("Nested"),
        EventKind::new("Wrapped"),
    ];

    fn kind(&self) -> &'static EventKind {
        &Self::KINDS[match self {
            Self::Plain => 0,
            Self::Quoted { .. } => 1,
            Self::Measured { .. } => 2,
            Self::Maybe { .. } => 3,
            Self::Nested { .. } => 4,
            Self::Wrapped(_) => 5,
        }]
    }
}

fn decode<E: Event>(name: &str, schema_version: u32, payload: &[u8]) -> Result<E, DecodeError> {
    super::decode(name, schema_version, payload, super::not_stored).map(|decoded| match decoded {
        Decoded::Current(event) => event,
        Decoded::Old(_) => panic!("no event here has an older version"),
    })
}

fn payload(event: &Sample) -> Result<String, EncodeError> {
    let mut bytes = b"before".to_vec();
    let encoded = encode("sample", event, &mut bytes);
    let after = bytes.strip_prefix(b"before").expect("what stood before stays").to_vec();
    if encoded.is_err() {
        assert!(after.is_empty(), "an error leaves nothing behind");
    }
    encoded.map(|()| String::from_utf8(after).expect("JSON is UTF-8"))
}

fn round_trip(event: &Sample) {
    let bytes = payload(event).unwrap();
    assert_eq!(decode::<Sample>(event.kind().name(), 1, bytes.as_bytes()).unwrap(), *event);
}

#[test]
fn a_payload_is_the_object_of_the_fields() {
    assert_eq!(payload(&Sample::Plain).unwrap(), "{}");
    assert_eq!(payload(&Sample::Quoted { n: 7 }).unwrap(), r#"{"n":7}"#);
}

#[test]
fn what_is_written_is_read() {
    round_trip(&Sample::Plain);
    round_trip(&Sample::Quoted { n: (1 << 53) + 1 });
    round_trip(&Sample::Quoted { n: u64::MAX });
    round_trip(&Sample::Measured { value: 0.1 + 0.2 });
    round_trip(&Sample::Maybe { value: None });
    round_trip(&Sample::Maybe { value: Some(-0.5) });
    round_trip(&Sample::Nested { tree: Tree(vec![Tree(vec![]); 200]) });
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    for value in [f64::NAN, f64::INFINITY] {
        assert!(matches!(payload(&Sample::Measured { value }), Err(EncodeError::NotReadable { .. })));
        // It could be read, but as `None`.
        assert!(matches!(payload(&Sample::Maybe { value: Some(value) }), Err(EncodeError::NotReadable { .. })));
    }
    let deep = (0..150).fold(Tree(vec![]), |tree, _| Tree(vec![tree]));
    assert!(matches!(payload(&Sample::Nested { tree: deep }), Err(EncodeError::NotReadable { .. })));
}

#[test]
fn a_payload_is_never_anything_but_an_object() {
    assert!(matches!(payload(&Sample::Wrapped("text".into())), Err(EncodeError::NotAnObject { .. })));
    let array = decode::<Sample>("it's \"quoted\" \\ \u{1F980}", 1, b"[7]");
    assert!(matches!(array, Err(DecodeError::Payload { .. })), "{array:?}");
}

#[test]
fn unknown_fields_are_passed_over() {
    assert_eq!(decode::<Sample>("Plain", 1, br#"{"since":"gone"}"#).unwrap(), Sample::Plain);
    let measured = decode::<Sample>("Measured", 1, br#"{"unit":"m","value":1.5}"#).unwrap();
    assert_eq!(measured, Sample::Measured { value: 1.5 });
}

#[test]
fn what_cannot_be_read_is_told_apart() {
    let decode = |name, version, payload: &[u8]| decode::<Sample>(name, version, payload).unwrap_err();
    assert!(matches!(
        decode("Gone", 1, b"{}"),
        DecodeError::UnknownEvent { event, known } if event == "Gone" && known.len() == 6
    ));
    assert!(matches!(
        decode("Measured", 2, br#"{"value":1.0}"#),
        DecodeError::UnknownVersion { stored: 2, known: 1, .. }
    ));
    // A newer version is reported as such also where its fields would not fit.
    assert!(matches!(decode("Measured", 2, br#"{"v":1.0}"#), DecodeError::UnknownVersion { .. }));
    let unreadable: [&[u8]; 7] =
        [b"", b"{", b"{\"value\":1.0} x", b"{\"value\":1.0,\"value\":2.0}", b"{\"value\":null}", b"\xff", b"{}"];
    for payload in unreadable {
        assert!(matches!(decode("Measured", 1, payload), DecodeError::Payload { .. }), "{payload:?}");
    }
}

#[test]
fn ten_thousand_levels_are_not_the_end_of_the_stack() {
    let deep = format!("{{\"tree\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(matches!(decode::<Sample>("Nested", 1, deep.as_bytes()), Err(DecodeError::Payload { .. })));
    let ignored = format!("{{\"x\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(decode::<Sample>("Plain", 1, ignored.as_bytes()).unwrap(), Sample::Plain);
}

#[test]
fn metadata_is_an_object_of_texts() {
    let metadata = Metadata::new().with_actor("alice").with("ip", "203.0.113.9");
    let json = encode_metadata(&metadata).unwrap();
    assert_eq!(json, br#"{"actor":"alice","ip":"203.0.113.9"}"#);
    assert_eq!(decode_metadata(&json).unwrap(), metadata);
    assert!(decode_metadata(b"[]").is_err());
}
