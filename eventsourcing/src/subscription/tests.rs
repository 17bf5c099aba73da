//! Who has a subscription, and whose checkpoints count: the same in memory and in a file, but for holders that are silent.

use std::sync::Arc;
use std::time::Duration;

use pollster::block_on;

use crate::error::SubscriptionError;
use crate::lease::HeldLease;
use crate::log::Checkpoint;
use crate::stream::{Position, StoreId};
use crate::subscription::Skipped;
use crate::subscription::checkpoints::{Checkpoints, Claimed, Holder, Other, Removed};
use crate::subscription::key::KeySpace;
use crate::subscription::memory::MemoryCheckpoints;

fn holder(name: &str) -> Arc<Holder> {
    Arc::new(Holder::new(Arc::from(name), Duration::from_secs(60)))
}

fn at(position: u64) -> Checkpoint {
    let store = StoreId::from(uuid::Uuid::from_u128(7));
    Checkpoint { store, position: Position::new(position), checksum: 1 + u32::try_from(position).unwrap() }
}

fn claim(kept: &dyn Checkpoints, holder: &Arc<Holder>, seen: Option<HeldLease>) -> Claimed {
    block_on(kept.claim(holder, seen)).unwrap()
}

fn own(claimed: Claimed) -> Option<Checkpoint> {
    let Claimed::Mine(checkpoint) = claimed else { panic!("{claimed:?}") };
    checkpoint
}

fn held(claimed: Claimed) -> HeldLease {
    let Claimed::Held(other) = claimed else { panic!("{claimed:?}") };
    other.held
}

fn position(kept: &dyn Checkpoints) -> u64 {
    block_on(kept.list()).unwrap()[0].checkpoint.get()
}

fn in_each(test: impl Fn(&dyn Checkpoints)) {
    test(&MemoryCheckpoints::default());
    #[cfg(feature = "sqlite")]
    {
        let folder = tempfile::tempdir().unwrap();
        test(&crate::subscription::sqlite::SqliteCheckpoints::new(folder.path()));
    }
}

#[test]
fn a_checkpoint_only_moves_forward_and_only_under_its_token() {
    in_each(|kept| {
        let (first, other) = (holder("a"), holder("a"));
        assert_eq!(own(claim(kept, &first, None)), None);
        assert_eq!(held(claim(kept, &other, None)).token, first.token);
        block_on(kept.advance(&first, at(5), None)).unwrap();
        block_on(kept.advance(&first, at(5), None)).unwrap();
        block_on(kept.advance(&first, at(3), None)).unwrap();
        assert_eq!(position(kept), 5);
        for wrong in [&other, &holder("a"), &holder("b")] {
            let skipped = Skipped { position: Position::new(9), error: String::new() };
            let refused = block_on(kept.advance(wrong, at(9), Some(skipped)));
            assert!(matches!(refused, Err(SubscriptionError::Fenced { .. })), "{refused:?}");
            assert!(wrong.has_lost());
        }
        assert!(!first.has_lost());
        // One that has nothing releases nothing.
        block_on(kept.release(&other)).unwrap();
        assert_eq!(held(claim(kept, &other, None)).token, first.token);
        block_on(kept.release(&first)).unwrap();
        assert_eq!(own(claim(kept, &other, None)), Some(at(5)));
        assert!(block_on(kept.advance(&first, at(6), None)).is_err());
        let listed = block_on(kept.list()).unwrap();
        assert_eq!((listed.len(), listed[0].checkpoint.get(), listed[0].skipped.len()), (1, 5, 0));
    });
}

/// Receivers keep them.
#[test]
fn keys_are_the_same_in_each_release() {
    let space = KeySpace::new(at(1).store, "mailer");
    let key = |position, number, checksum| space.key(Position::new(position), number, checksum).to_string();
    assert_eq!(key(1, 0, 2), "810b4301-b1bd-5d3a-a7a9-3a83cf573190");
    assert_eq!(key(1 << 40, 3, u32::MAX), "f026ba33-9e99-518a-a4fe-4d72d3a880a7");
}

#[test]
fn names_do_not_concern_each_other() {
    in_each(|kept| {
        let (a, b) = (holder("a"), holder("b"));
        own(claim(kept, &a, None));
        own(claim(kept, &b, None));
        block_on(kept.advance(&b, at(2), None)).unwrap();
        let remove = |name| block_on(kept.remove(name, None)).unwrap();
        assert!(matches!(remove("b"), Removed::Held(Other { is_locked: true, .. })));
        block_on(kept.release(&b)).unwrap();
        assert!(matches!(remove("b"), Removed::Done(true)));
        assert!(matches!(remove("b"), Removed::Done(false)));
        block_on(kept.advance(&a, at(1), None)).unwrap();
    });
}

#[cfg(feature = "sqlite")]
#[test]
fn one_that_was_silent_is_replaced_only_if_it_is_still_as_it_was_seen() {
    let folder = tempfile::tempdir().unwrap();
    let kept = crate::subscription::sqlite::SqliteCheckpoints::new(folder.path());
    let (first, second, third) = (holder("a"), holder("a"), holder("a"));
    own(claim(&kept, &first, None));
    let seen = held(claim(&kept, &second, None));
    assert_eq!(seen.lease, first.lease);
    // Whatever it acknowledges is a sign of life.
    block_on(kept.advance(&first, at(4), None)).unwrap();
    let later = held(claim(&kept, &second, Some(seen)));
    assert!(later.beat > seen.beat && later.token == first.token);
    assert_eq!(own(claim(&kept, &second, Some(later))), Some(at(4)));
    // Two have waited for the same: one of them gets it.
    assert_eq!(held(claim(&kept, &third, Some(later))).token, second.token);
    assert!(matches!(block_on(kept.advance(&first, at(5), None)), Err(SubscriptionError::Fenced { .. })));
    block_on(kept.advance(&second, at(5), None)).unwrap();
    // What the first gives back is not the second's.
    block_on(kept.release(&first)).unwrap();
    block_on(kept.advance(&second, at(6), None)).unwrap();
}

#[cfg(feature = "sqlite")]
#[test]
fn a_holder_learns_by_its_own_sign_of_life_that_it_was_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let kept = crate::subscription::sqlite::SqliteCheckpoints::new(folder.path());
    let others = crate::subscription::sqlite::SqliteCheckpoints::new(folder.path());
    let first = Arc::new(Holder::new(Arc::from("a"), Duration::from_millis(50)));
    let second = holder("a");
    own(claim(&kept, &first, None));
    loop {
        let seen = held(claim(&others, &second, None));
        if let Claimed::Mine(_) = claim(&others, &second, Some(seen)) {
            break;
        }
    }
    block_on(first.wait_lost());
}
