//! A workspace of three packages: types that are stored, aggregates, and the application.

use crate::UserFolder;

const WORKSPACE: &str = r#"
[workspace]
resolver = "3"
members = ["PLACE/application", "PLACE/aggregates", "PLACE/words"]

[workspace.dependencies]
eventsourcing = { path = "EVENTSOURCING", default-features = false, features = ["derive"] }
serde = { version = "1", features = ["derive"] }
"#;

const WORDS: [&str; 2] = [
    r#"
[package]
name = "words"
version = "0.0.0"
edition = "2024"

[dependencies]
eventsourcing.workspace = true
serde.workspace = true
"#,
    r"
use eventsourcing::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Schema)]
pub struct Weight {
    pub grams: u32,
}
",
];

const AGGREGATES: [&str; 2] = [
    r#"
[package]
name = "the-aggregates"
version = "0.0.0"
edition = "2024"

[dependencies]
eventsourcing.workspace = true
words.path = "../words"
"#,
    r"
use eventsourcing::prelude::*;
use words::Weight;

#[derive(Aggregate)]
pub struct Parcel {
    root: Root<Self>,
}

#[events]
impl Parcel {
    #[event(Sent)]
    pub fn send(weight: Weight, to: String) -> Self {
        Self { root: Root::new() }
    }
}
",
];

const APPLICATION: [&str; 2] = [
    r#"
[package]
name = "application"
version = "0.0.0"
edition = "2024"

[dependencies]
eventsourcing.workspace = true
the-aggregates.path = "../aggregates"

[dev-dependencies]
eventsourcing = { workspace = true, features = ["testing"] }
"#,
    r"
use eventsourcing::prelude::*;

#[derive(Application)]
pub struct Office {
    pub parcels: Repository<the_aggregates::Parcel>,
}
",
];

const TEST: &str = "eventsourcing::history_tests!(application::Office);\n";

/// In a folder of this name within the workspace: the workspaces share a target folder, where packages are known by their places.
fn office(place: &str) -> UserFolder {
    let office = UserFolder::new(place);
    office.write("Cargo.toml", &WORKSPACE.replace("PLACE", place));
    for (folder, [manifest, code]) in [("words", WORDS), ("aggregates", AGGREGATES), ("application", APPLICATION)] {
        office.write(&format!("{place}/{folder}/Cargo.toml"), manifest);
        office.write(&format!("{place}/{folder}/src/lib.rs"), code);
    }
    office.write(&format!("{place}/application/tests/history.rs"), TEST);
    office
}

#[test]
fn the_lock_is_where_the_compiler_finds_it_for_each_crate() {
    let office = office("shipping");
    office.passes(&["check", "--workspace"], None);
    office.passes(&["test", "-p", "application", "events_lock"], Some("write"));
    assert!(office.has("events.lock") && !office.has("shipping/application/events.lock"));
    let lock = office.read("events.lock");
    assert!(lock.contains("aggregate Parcel (the_aggregates::ParcelEvent)"), "{lock}");
    office.passes(&["test", "--workspace"], Some("check"));

    // The lock was not there when these were compiled, and nothing of them has changed since.
    office.write("events.lock", &lock.replace("to: String", "to: u8"));
    office.is_refused("field `to` of event `Sent` was released as `u8`", "shipping/aggregates/src/lib.rs:13:37");
    office.write("events.lock", &lock.replace("grams: u32", "grams: u8"));
    office.is_refused("field `grams` of `Weight` was released as `u8`", "shipping/words/src/lib.rs:6:16");
    office.write("events.lock", &lock);
    office.passes(&["check"], None);
    office.write("shipping/aggregates/src/lib.rs", &AGGREGATES[1].replace("to: String", "to: u64"));
    office.is_refused("field `to` of event `Sent` was released as `String`", "shipping/aggregates/src/lib.rs:13:37");
    office.write("shipping/aggregates/src/lib.rs", AGGREGATES[1]);

    // Where an older release wrote it, in the folder of the application, nothing would be compared.
    office.remove("events.lock");
    office.write("shipping/application/events.lock", &lock);
    office.fails(&["test", "--workspace"], "does not compare aggregates of crate `the_aggregates` with");
}

#[test]
fn what_the_compiler_cannot_see_the_tests_report() {
    let office = office("moving");
    office.passes(&["test", "-p", "application", "events_lock"], Some("write"));
    for (path, [manifest, code]) in [("moving/aggregates", AGGREGATES), ("moving/application", APPLICATION)] {
        office.write(&format!("{path}/Cargo.toml"), &manifest.replace("the-aggregates", "domain"));
        office.write(&format!("{path}/src/lib.rs"), &code.replace("the_aggregates", "domain"));
    }
    office.fails(&["test"], "aggregate `Parcel`: `the_aggregates::ParcelEvent` is `domain::ParcelEvent` now");
    office.passes(&["test", "events_lock"], Some("write"));
    office.passes(&["test"], Some("check"));
    for (path, code) in [("moving/aggregates", AGGREGATES[1]), ("moving/application", APPLICATION[1])] {
        let code = code.replace("the_aggregates", "domain").replace("Parcel", "Packet");
        office.write(&format!("{path}/src/lib.rs"), &code);
    }
    office.fails(&["test"], "aggregate `Parcel` is in events.lock, and in none of the applications here");
}
