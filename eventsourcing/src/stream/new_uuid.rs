//! UUIDs of version 7, whatever the clock says: `Uuid::now_v7` panics at a clock before 1970, and no id needs one.

use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use uuid::{ContextV7, Timestamp, Uuid};

/// Of one millisecond, the later ones sort later.
static CONTEXT: Mutex<AssertUnwindSafe<ContextV7>> = Mutex::new(AssertUnwindSafe(ContextV7::new()));

/// A new one. What is made later sorts later, unless the clock was set back.
pub(crate) fn new_uuid() -> Uuid {
    new_uuid_at(SystemTime::now())
}

/// One for this time; before 1970, one for its first moment.
fn new_uuid_at(now: SystemTime) -> Uuid {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(&CONTEXT, since.as_secs(), since.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::{new_uuid, new_uuid_at};

    #[test]
    fn no_clock_is_needed() {
        let times = [
            UNIX_EPOCH - Duration::from_secs(1),
            UNIX_EPOCH - Duration::from_hours(24 * 365 * 100),
            UNIX_EPOCH,
            UNIX_EPOCH + Duration::from_hours(24 * 365 * 7_000),
        ];
        let ids: Vec<_> = times.iter().flat_map(|time| [new_uuid_at(*time), new_uuid_at(*time)]).collect();
        let versions: Vec<_> = ids.iter().map(uuid::Uuid::get_version_num).collect();
        assert_eq!(versions, [7; 8]);
        let distinct: std::collections::HashSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
    }

    #[test]
    fn later_ones_sort_later_and_hold_the_time() {
        let ids: Vec<_> = (0..1000).map(|_| new_uuid()).collect();
        assert!(ids.is_sorted());
        let (seconds, _) = ids[0].get_timestamp().unwrap().to_unix();
        assert!(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() - seconds < 60);
    }
}
