//! What a file of ours looks like.

/// "evsr", in the header of each file of ours (`PRAGMA application_id`).
pub(super) const APPLICATION: i64 = 0x6576_7372;

/// The schema that this release makes, and the newest it knows (`PRAGMA user_version`).
pub(super) const SCHEMA: i64 = 2;

/// What makes a file of each schema from one of the schema before, and schema 1 from an empty file.
pub(super) const STEPS: [&str; 2] = [EVENTS, SNAPSHOTS];

/// Schema 1.
///
/// - `events`: an event's place in the log is its rowid. `aggregate` and `name` are ids of `names`, `id` the 16 bytes of the
///   aggregate's UUID, `recorded_at` microseconds since 1970, `checksum` the CRC-32 of `store::checksum` as a signed number
///   (4 bytes instead of 6 for half of them). `commit_id` stands at the first event of each commit only. What is long
///   stands last: SQLite finds the columns before it without following its overflow pages.
/// - `commits`: finds the commits whose id comes from outside, and keeps each id from being stored twice.
const EVENTS: &str = "
CREATE TABLE names (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    aggregate INTEGER NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    name INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    commit_id BLOB,
    metadata BLOB,
    payload BLOB NOT NULL,
    UNIQUE (aggregate, id, version)
) STRICT;
CREATE UNIQUE INDEX commits ON events (commit_id) WHERE commit_id IS NOT NULL;
PRAGMA application_id = 0x65767372;
";

/// Schema 2.
///
/// - `snapshots`: states of aggregates, each at a version of its stream. `fingerprint` is the 16 bytes of what the code was like that cut
///   it;
///   those of a stream have one. Only a cache: the table may be emptied at any time.
const SNAPSHOTS: &str = "
CREATE TABLE snapshots (
    aggregate INTEGER NOT NULL,
    id BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    version INTEGER NOT NULL,
    state BLOB NOT NULL,
    UNIQUE (aggregate, id, version)
) STRICT;
";
