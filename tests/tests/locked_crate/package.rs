//! One package: from the first release to a careless change.

use crate::UserFolder;

const MANIFEST: &str = r#"
[package]
name = "parcel-office"
version = "0.0.0"
edition = "2024"

[features]
weighing = []

[dependencies]
eventsourcing = { path = "EVENTSOURCING", default-features = false, features = ["derive", "testing"] }

[workspace]
"#;

const CODE: &str = r#"
use eventsourcing::prelude::*;

#[derive(Aggregate)]
#[aggregate(name = "parcel")]
pub struct Parcel {
    root: Root<Self>,
    pub grams: u32,
}

#[events]
impl Parcel {
    #[event(Sent)]
    pub fn send(grams: u32) -> Self {
        Self { root: Root::new(), grams }
    }
}

#[cfg(test)]
eventsourcing::history_tests!(Repository<Parcel>);
"#;

/// A package of this name: they share a target folder, where a package is known by it.
fn office(name: &str) -> UserFolder {
    let office = UserFolder::new(name);
    office.write("Cargo.toml", &MANIFEST.replace("parcel-office", name));
    office.write("src/lib.rs", CODE);
    office
}

#[test]
fn a_careless_change_does_not_pass_cargo_check() {
    let office = office("parcel-office");
    office.passes(&["check"], None);
    let shown = office.passes(&["test", "events_lock"], Some("write"));
    assert!(shown.contains("+ aggregate parcel (parcel_office::ParcelEvent)"), "{shown}");
    let lock = office.read("events.lock");
    assert!(lock.contains("  event Sent 1\n    grams: u32\n    sample {\"grams\":1}\n"), "{lock}");
    office.passes(&["test"], Some("check"));
    office.passes(&["check"], None);

    office.write("src/lib.rs", &CODE.replace("u32", "u64"));
    office.is_refused(
        "field `grams` of event `Sent` was released as `u32` (events.lock) and is `u64` now",
        "src/lib.rs:14:24",
    );
    office.write("src/lib.rs", &CODE.replace("name = \"parcel\"", "name = \"packet\""));
    office.is_refused("released under the stored name `parcel`", "src/lib.rs:5:20");
    office.write("src/lib.rs", &CODE.replace("Parcel", "Packet"));
    office.is_refused("if that is now `PacketEvent`, write so there", "src/lib.rs:5:20");
    office.write("src/lib.rs", CODE);
    office.passes(&["check"], None);

    // The code is as it was; the lock is not.
    office.write("events.lock", &lock.replace("grams: u32", "grams: u16"));
    office.is_refused("was released as `u16` (events.lock) and is `u32` now", "src/lib.rs:14:24");
    office.write("events.lock", "aggregate\n");
    office.is_refused("line 1 of events.lock cannot be read: `aggregate`", "src/lib.rs");
    office.remove("events.lock");
    office.passes(&["check"], None);
}

#[test]
fn a_lock_that_git_or_an_editor_has_changed_is_read_or_reported_once() {
    let office = office("merged-office");
    office.passes(&["test", "events_lock"], Some("write"));
    // Compiled again for the file that was not there, though no code has changed.
    let lock = office.read("events.lock");
    office.write("events.lock", &lock.replace("grams: u32", "grams: u16"));
    office.is_refused("was released as `u16`", "src/lib.rs:14:24");

    let windows = format!("\u{feff}{}", lock.replace('\n', "\r\n"));
    office.write("events.lock", &windows);
    office.passes(&["test"], Some("check"));
    office.passes(&["test", "events_lock"], Some("write"));
    assert_eq!(office.read("events.lock"), windows, "nothing is new");

    let merged = lock.replace("    grams", "<<<<<<< HEAD\n    grams");
    office.write("events.lock", &merged);
    let line = merged.lines().position(|line| line.starts_with('<')).unwrap() + 1;
    office.is_refused(&format!("events.lock has a merge conflict at line {line} (`<<<<<<< HEAD`)"), "src/lib.rs");
}

#[test]
fn a_package_of_another_name_is_compared_still() {
    let office = office("old-office");
    office.passes(&["test", "events_lock"], Some("write"));
    office.write("Cargo.toml", &MANIFEST.replace("parcel-office", "post-office"));
    office.is_refused("this aggregate was released as `old_office::ParcelEvent` (events.lock)", "src/lib.rs:5:20");
    // As it says.
    office.write("events.lock", &office.read("events.lock").replace("(old_office::", "(post_office::"));
    office.passes(&["check"], None);
    office.write("src/lib.rs", &CODE.replace("u32", "u64"));
    office.is_refused("field `grams` of event `Sent` was released as `u32`", "src/lib.rs:14:24");
}

#[test]
fn a_released_event_of_a_feature_that_is_off_is_refused() {
    let office = office("weighing-office");
    let weighed = "    #[cfg(feature = \"weighing\")]\n    #[event(Weighed)]\n    pub fn weigh(&mut self, grams: u32) {\n        self.grams = grams;\n    }\n";
    let code = CODE.replace("    }\n}\n\n#[cfg(test)]", &format!("    }}\n\n{weighed}}}\n\n#[cfg(test)]"));
    office.write("src/lib.rs", &code);
    office.passes(&["check"], None);
    office.passes(&["test", "events_lock", "--features", "weighing"], Some("write"));
    office.passes(&["check", "--features", "weighing"], None);
    office.is_refused("event `Weighed` was released (events.lock), and nothing reads it", "src/lib.rs:19:13");
    // As it says.
    office.write("src/lib.rs", &code.replace("    #[cfg(feature = \"weighing\")]\n", ""));
    office.passes(&["check"], None);
    // One of two is always there.
    let other = weighed
        .replace("#[cfg(feature", "#[cfg(not(feature")
        .replace("\")]", "\"))]")
        .replace("self.grams = grams", "self.grams += grams");
    office.write("src/lib.rs", &code.replace(weighed, &format!("{weighed}\n{other}")));
    office.passes(&["check"], None);
}
