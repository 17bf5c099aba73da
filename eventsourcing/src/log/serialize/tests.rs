use std::time::{Duration, UNIX_EPOCH};

use serde_json::{json, to_value};

use super::*;
use crate::event::{Metadata, RawEvent};

fn recorded(event: LogEvent<u32>) -> Recorded<LogEvent<u32>> {
    let Recorded { stream, version, position, recorded_at, metadata, event: () } = Recorded::stand_in();
    Recorded { event, stream, version, position, recorded_at, metadata }
}

#[test]
fn what_is_recorded_beside_an_event_is_written_with_it() {
    let mut recorded = recorded(LogEvent::Known(7));
    recorded.recorded_at = UNIX_EPOCH - Duration::from_millis(2);
    recorded.metadata = Metadata::new().with_actor("ann").with("ip", "203.0.113.9");
    let expected = json!({
        "position": 1, "aggregate": "", "id": "00000000-0000-0000-0000-000000000000", "version": 1,
        "recorded_at": -2000, "metadata": { "actor": "ann", "ip": "203.0.113.9" }, "event": 7,
    });
    assert_eq!(to_value(&recorded).unwrap(), expected);
    recorded.metadata = Metadata::new();
    assert_eq!(to_value(&recorded).unwrap().get("metadata"), None);
}

#[test]
fn an_unknown_event_is_written_by_its_stored_name() {
    let unknown = |payload: &[u8]| recorded(LogEvent::Unknown(RawEvent::new("Renamed", 2, payload)));
    assert_eq!(to_value(unknown(b"{\"to\":\"x\"}")).unwrap()["event"], json!({ "Renamed": { "to": "x" } }));
    assert!(to_value(unknown(b"\xff")).is_err());
}
