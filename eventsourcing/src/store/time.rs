//! The time of an event as a store keeps it.

use std::time::{Duration, SystemTime, SystemTimeError, UNIX_EPOCH};

/// A time as stores keep it: whole microseconds since 1970 UTC, negative before.
#[must_use]
pub fn micros(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH);
    let before = |error: SystemTimeError| error.duration();
    match since.map_err(before) {
        Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.as_micros()).map_or(i64::MIN, |micros| -micros),
    }
}

/// The time that [`micros`] was made from.
#[inline]
#[must_use]
pub fn from_micros(micros: i64) -> SystemTime {
    let distance = Duration::from_micros(micros.unsigned_abs());
    let time = if micros < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) };
    time.unwrap_or(UNIX_EPOCH)
}
