//! A user's crate with an `events.lock`, built by cargo: from the first release to a careless change.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MANIFEST: &str = r#"
[package]
name = "parcel-office"
version = "0.0.0"
edition = "2024"

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

struct UserCrate {
    folder: PathBuf,
}

impl UserCrate {
    fn new() -> Self {
        // Kept from run to run, as a user's own would be: the dependencies are built once.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("parcel-office");
        let _ = fs::remove_dir_all(folder.join("src"));
        let _ = fs::remove_file(folder.join("events.lock"));
        fs::create_dir_all(folder.join("src")).unwrap();
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let framework = workspace.join("eventsourcing");
        let manifest = MANIFEST.replace("EVENTSOURCING", framework.to_str().unwrap());
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        let this = Self { folder };
        this.write("src/lib.rs", CODE);
        this
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.join(path), text).unwrap();
    }

    fn lock(&self) -> String {
        fs::read_to_string(self.folder.join("events.lock")).unwrap()
    }

    fn cargo(&self, arguments: &[&str], asked: Option<&str>) -> Output {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(&self.folder).args(arguments).arg("--offline").env_remove("EVENTS_LOCK");
        cargo.env("CARGO_TARGET_DIR", self.folder.join("target")).env("CARGO_TERM_COLOR", "never");
        cargo.envs(asked.map(|asked| ("EVENTS_LOCK", asked))).output().unwrap()
    }

    #[track_caller]
    fn passes(&self, arguments: &[&str], asked: Option<&str>) -> String {
        let output = self.cargo(arguments, asked);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        said
    }

    #[track_caller]
    fn is_refused(&self, what: &str, place: &str) {
        let output = self.cargo(&["check"], None);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(what) && said.contains(place), "{said}");
    }
}

#[test]
fn a_careless_change_does_not_pass_cargo_check() {
    let office = UserCrate::new();
    office.passes(&["check"], None);
    let shown = office.passes(&["test", "events_lock"], Some("write"));
    assert!(shown.contains("+ aggregate parcel (parcel_office::ParcelEvent)"), "{shown}");
    assert!(office.lock().contains("  event Sent 1\n    grams: u32\n    sample {\"grams\":1}\n"), "{}", office.lock());
    office.passes(&["test"], Some("check"));
    office.passes(&["check"], None);

    office.write("src/lib.rs", &CODE.replace("pub fn send(grams: u32)", "pub fn send(grams: u64)"));
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
    office.write("events.lock", &office.lock().replace("grams: u32", "grams: u16"));
    office.is_refused("was released as `u16` (events.lock) and is `u32` now", "src/lib.rs:14:24");
    office.write("events.lock", "aggregate\n");
    office.is_refused("line 1 of events.lock cannot be read: `aggregate`", "src/lib.rs");
    fs::remove_file(office.folder.join("events.lock")).unwrap();
    office.passes(&["check"], None);
}
