//! How long a holder was silent, by the clock of one who waits.

use std::time::{Duration, Instant};

use uuid::Uuid;

use super::{HeldLease, Silence};

const PAUSE: Duration = Duration::from_millis(10);

fn seen(beat: u64) -> HeldLease {
    HeldLease { token: Uuid::nil(), beat, lease: Duration::from_secs(1) }
}

/// As if the last look had been so long ago.
fn looked(mut silence: Silence, ago: Duration) -> Silence {
    silence.looked = Instant::now().checked_sub(ago).unwrap();
    silence
}

#[test]
fn a_sign_of_life_ends_the_silence() {
    let first = Silence::after(None, seen(1), PAUSE);
    assert_eq!(first.lasted, Duration::ZERO);
    let second = Silence::after(Some(looked(first, PAUSE)), seen(1), PAUSE);
    assert!(second.lasted >= PAUSE);
    let third = Silence::after(Some(looked(second, PAUSE)), seen(2), PAUSE);
    assert_eq!(third.lasted, Duration::ZERO);
}

#[test]
fn what_this_process_has_slept_through_hardly_counts() {
    let first = Silence::after(None, seen(1), PAUSE);
    let second = Silence::after(Some(looked(first, Duration::from_secs(3))), seen(1), PAUSE);
    assert_eq!(second.lasted, PAUSE * 2);
}
