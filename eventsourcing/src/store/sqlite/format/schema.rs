//! The tables of a store, schema by schema, and what its header says.

/// "evsr", in the header of each file of ours (`PRAGMA application_id`).
pub(crate) const APPLICATION: i64 = 0x6576_7372;

/// The schema that this release makes, and the newest it knows (`PRAGMA user_version`).
pub(crate) const SCHEMA: i64 = 4;

/// Schema 1, in which each part of an event had a column.
///
/// `names` is as it was: `aggregate` and `name` of an event are ids of it.
pub(crate) const EVENTS: &str = "
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
///   it; those of a stream have one. Only a cache: the table may be emptied at any time.
pub(crate) const SNAPSHOTS: &str = "
CREATE TABLE snapshots (
    aggregate INTEGER NOT NULL,
    id BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    version INTEGER NOT NULL,
    state BLOB NOT NULL,
    UNIQUE (aggregate, id, version)
) STRICT;
";

/// Schema 3.
///
/// - `events`: an event's place in the log is its rowid. `stream` is as `stream_key.rs` has it, `body` all the rest, as `body.rs` has it.
///   What is long stands last: SQLite finds the columns before it without following its overflow pages.
/// - `commits`: the commits whose id came from outside, so that none is stored twice, from their first position to their last.
pub(crate) const SEALED: &str = "
CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream BLOB NOT NULL,
    version INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (stream, version)
) STRICT;
CREATE TABLE commits (
    id BLOB PRIMARY KEY,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Schema 4.
///
/// - `events`: bodies may have a link to the event before, and the flag of a given id. `stream` has another name, so that a release of schema 3
///   cannot write events without them.
/// - `snapshots`: `checksum` covers all else; a snapshot written before schema 4 has none.
pub(crate) const LINKED: &str = "
ALTER TABLE events RENAME COLUMN stream TO stream_key;
ALTER TABLE snapshots ADD COLUMN checksum INTEGER;
";
