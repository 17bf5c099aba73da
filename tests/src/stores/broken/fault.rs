//! The promises that can be broken, and the tests that must see it.

/// The promise that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// C1: a commit with a conflict leaves its first append behind.
    StoresAPart,
    /// C1, C8: each append is stored on its own, and readers and those who give up come between.
    StoresInParts,
    /// C1: an append without events is passed over.
    SkipsEmptyAppends,
    /// C2: a wrong expected version is corrected.
    CorrectsVersions,
    /// C2: a conflict is reported as a success.
    ChecksNothing,
    /// C2: a hint that is stale is a conflict.
    BelievesHints,
    /// C3, C8: the head is one behind.
    HeadLagsBehind,
    /// C3: positions are counted from 0.
    CountsFromZero,
    /// C4, C5: everything is forgotten at the end.
    ForgetsAll,
    /// C5: no id is looked for.
    ForgetsIds,
    /// C5: a repeat is not marked.
    HidesRepeats,
    /// C5: an id is only looked for where it was made.
    ForgetsMadeIds,
    /// C6: streams are always read forward.
    ReadsForward,
    /// C6: a page has no limit.
    IgnoresLimits,
    /// C6: names of events are not looked at.
    IgnoresFilters,
    /// C6: a reader that is ahead of the log waits for ever.
    WaitsForWhatIsLost,
    /// C6: each page is the last.
    HasNoMore,
    /// C6: a page of a stream is read in two.
    ReadsTwice,
    /// C7: spaces around a payload are lost.
    TrimsPayloads,
    /// C7: the time that a commit gives is not looked at.
    IgnoresTimes,
    /// C7: there is no checksum.
    OverlooksDamage,
    /// C7, C9: metadata is kept with the first event of a stream only.
    LosesMetadata,
    /// C9: names are the same in capitals and small letters.
    FoldsNames,
    /// C9: a commit without events is at position 0.
    MisplacesEmptyCommits,
    /// C9: large payloads are cut.
    CutsPayloads,
    /// C9: it takes less than every store does.
    TakesTooLittle,
    /// C9: its limits are lower than what it takes.
    TakesMoreThanItSays,
    /// C9: numbers are signed.
    SignsNumbers,
    /// C10: waiting never waits.
    NeverWaits,
    /// C11: a snapshot that comes with a commit is lost.
    ForgetsSnapshots,
    /// C11: a snapshot is kept whatever becomes of its commit.
    KeepsSnapshotsAlways,
    /// C11: a snapshot that is not the newest is not kept.
    NeverReplaces,
    /// C11: the latest snapshot is given out, whatever version is asked for.
    ReadsAnySnapshot,
    /// C12: the last id of a page is given again by the next.
    ListsFromTheLast,
    /// C12: a page of a list has no limit.
    ListsAll,
    /// C12: each page of a list is the last.
    ListsOnePage,
    /// C12: the list is not in order.
    ListsBackward,
    /// C12: the streams of all aggregates are listed.
    ListsEveryKind,
    /// C12: a stream is listed when it has two events.
    ListsLate,
    /// C13: a commit is stored whatever it comes after.
    IgnoresReceipts,
    /// C13: a commit counts as stored when it is tried.
    GivesReceiptsEarly,
    /// C13: what comes after a commit that is not stored is not looked for under its id.
    RefusesUnseen,
    /// C13: a commit is tried when its future is polled again.
    TriesLater,
    /// C14: another store has the same id.
    SharesItsId,
}

impl Fault {
    /// Every fault, with tests of the contract that must fail for it.
    pub const ALL: &[(Self, &[&str])] = &[
        (Self::StoresAPart, &["c1_all_or_nothing", "c8_after_an_error_nothing_is_stored"]),
        (Self::StoresInParts, &["c1_no_reader_sees_a_part", "c8_a_dropped_commit_is_whole_or_not_there"]),
        (Self::SkipsEmptyAppends, &["c1_an_append_without_events_checks_its_version"]),
        (
            Self::CorrectsVersions,
            &[
                "c1_appends_take_effect_in_their_order",
                "c2_a_conflict_names_stream_and_versions",
                "c2_one_of_many_racers_wins",
            ],
        ),
        (Self::ChecksNothing, &["c2_one_of_many_racers_across_streams_wins", "c9_numbers_at_the_ends_of_their_range"]),
        (Self::BelievesHints, &["c2_a_hint_decides_nothing"]),
        (Self::HeadLagsBehind, &["c8_success_is_visible_everywhere", "c3_positions_are_in_the_order_of_the_commits"]),
        (Self::CountsFromZero, &["c3_positions_are_in_the_order_of_the_commits", "c3_a_follower_misses_nothing"]),
        (Self::ForgetsAll, &["c4_acknowledged_commits_survive_reopening", "c5_ids_survive_reopening"]),
        (
            Self::ForgetsIds,
            &[
                "c5_the_same_commit_again_returns_the_first_result",
                "c5_a_given_id_is_known_whatever_comes_with_it",
                "c5_an_id_is_found_by_a_commit_that_cannot_be_stored",
                "c5_one_of_many_racers_under_one_id_is_stored",
                "c8_a_dropped_commit_is_whole_or_not_there",
            ],
        ),
        (Self::HidesRepeats, &["c5_the_same_commit_again_returns_the_first_result"]),
        (Self::ForgetsMadeIds, &["c5_an_id_that_was_made_is_found_when_given"]),
        (Self::ReadsForward, &["c6_a_stream_is_read_in_ranges_and_pages"]),
        (Self::IgnoresLimits, &["c6_a_stream_is_read_in_ranges_and_pages", "c6_a_page_has_a_limit_unless_told"]),
        (Self::IgnoresFilters, &["c6_the_log_is_read_in_pages_and_filtered"]),
        (Self::WaitsForWhatIsLost, &["c6_a_reader_that_is_ahead_of_the_log_is_told"]),
        (Self::HasNoMore, &["c6_the_log_is_read_in_pages_and_filtered", "c6_a_page_ends_where_its_reader_breaks_off"]),
        (Self::ReadsTwice, &["c6_a_page_is_one_moment"]),
        (Self::TrimsPayloads, &["c7_what_was_stored_comes_back_byte_for_byte"]),
        (Self::IgnoresTimes, &["c7_a_time_that_a_commit_gives_is_kept"]),
        (Self::OverlooksDamage, &["c7_a_damaged_event_is_named_and_not_given_out"]),
        (Self::LosesMetadata, &["c7_what_was_stored_comes_back_byte_for_byte", "c9_the_largest_metadata_is_stored"]),
        (Self::FoldsNames, &["c9_names_mean_nothing_to_the_store"]),
        (Self::MisplacesEmptyCommits, &["c9_a_commit_without_events_stores_nothing"]),
        (Self::CutsPayloads, &["c9_the_largest_payload_is_stored", "c9_the_largest_commit_is_stored"]),
        (Self::TakesTooLittle, &["c9_limits_are_not_below_the_floor"]),
        (
            Self::TakesMoreThanItSays,
            &["c9_the_largest_payload_is_stored", "c9_the_largest_commit_is_stored", "c9_the_most_events_are_stored"],
        ),
        (Self::SignsNumbers, &["c9_numbers_at_the_ends_of_their_range"]),
        (Self::NeverWaits, &["c10_every_waiting_reader_is_woken", "c10_who_gave_up_waiting_misses_nothing"]),
        (Self::ForgetsSnapshots, &["c11_a_snapshot_is_kept_with_its_commit", "c11_snapshots_move_no_position"]),
        (Self::KeepsSnapshotsAlways, &["c11_a_commit_that_is_not_stored_keeps_no_snapshot"]),
        (Self::NeverReplaces, &["c11_the_latest_up_to_a_version_is_read"]),
        (
            Self::ReadsAnySnapshot,
            &["c11_the_latest_up_to_a_version_is_read", "c11_one_of_another_fingerprint_takes_the_place_of_all"],
        ),
        (Self::ListsFromTheLast, &["c12_streams_are_listed_in_pages"]),
        (Self::ListsAll, &["c12_streams_are_listed_in_pages"]),
        (Self::ListsOnePage, &["c12_streams_are_listed_in_pages"]),
        (Self::ListsBackward, &["c12_streams_are_listed_in_pages", "c12_a_stream_is_listed_once_it_has_an_event"]),
        (Self::ListsEveryKind, &["c12_streams_are_listed_in_pages"]),
        (Self::ListsLate, &["c12_a_stream_is_listed_once_it_has_an_event"]),
        (Self::IgnoresReceipts, &["c13_what_comes_after_another_commit_is_not_stored"]),
        (Self::GivesReceiptsEarly, &["c13_what_comes_after_another_commit_is_not_stored"]),
        (Self::RefusesUnseen, &["c13_what_was_stored_before_is_found"]),
        (Self::TriesLater, &["c13_commits_are_tried_in_the_order_of_their_first_polls"]),
        (Self::SharesItsId, &["c14_a_store_has_an_id_of_its_own"]),
    ];
}
