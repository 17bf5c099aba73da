//! A crate that turns features of `serde_json` on, which are then on for the framework and all events of the program; and what such a
//! program and one without them, this test, read of each other.

mod holder;

use std::fs;
use std::path::Path;
use std::process::Command;

use eventsourcing::prelude::*;
use serde_json::json;

use self::holder::{Holder, HolderEvent, Tagged, assert_same, sound};

const MANIFEST: &str = r#"
[package]
name = "precise-office"
version = "0.0.0"
edition = "2024"

[dependencies]
eventsourcing = { path = "EVENTSOURCING", default-features = false, features = ["derive"] }
serde = { version = "1", features = ["derive"] }
serde_json = { version = "1", features = ["arbitrary_precision", "preserve_order", "unbounded_depth"] }

[profile.dev]
debug = false

[workspace]
"#;

/// Writes what this program exports of a holder with these tags.
fn export(path: &Path, tags: &[Tagged]) {
    let holders = Repository::<Holder>::new(MemoryStore::new()).blocking();
    let mut holder = Holder::hold(&sound(&json!(0.5)));
    for tagged in tags {
        holder.tag(tagged.clone());
    }
    holders.save(&mut holder).unwrap();
    let mut export = Vec::new();
    holders.log().export(&mut export).unwrap();
    fs::write(path, export).unwrap();
}

#[test]
fn what_is_saved_is_loaded_or_refused_with_the_reason() {
    // Kept from run to run: the dependencies are built once.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("precise-office");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::create_dir_all(folder.join("src")).unwrap();
    let framework = workspace.join("eventsourcing");
    fs::write(folder.join("Cargo.toml"), MANIFEST.replace("EVENTSOURCING", framework.to_str().unwrap())).unwrap();
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    fs::write(folder.join("src/main.rs"), include_str!("program.rs")).unwrap();
    fs::write(folder.join("src/holder.rs"), include_str!("holder.rs")).unwrap();
    let [readable, unreadable, written] = ["readable", "unreadable", "written"].map(|name| folder.join(name));
    export(&readable, &[Tagged::None, Tagged::Whole { number: -5 }]);
    export(&unreadable, &[Tagged::Some { number: 1.5 }]);

    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(&folder).args(["run", "--offline", "--"]).args([&readable, &unreadable, &written]);
    cargo.env("CARGO_TARGET_DIR", folder.join("target")).env("CARGO_TERM_COLOR", "never");
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let holders = Repository::<Holder>::new(MemoryStore::new()).blocking();
    holders.import(&mut &*fs::read(&written).unwrap()).unwrap();
    let ids = holders.ids().next_page().unwrap();
    assert_same(&holders.get(ids[0]).unwrap(), &sound(&json!(100.0)));
    let history = holders.history(ids[0]).unwrap();
    let tags: Vec<_> = history.into_iter().map(|recorded| recorded.event).skip(1).collect();
    assert_eq!(tags, [Tagged::None, Tagged::Whole { number: -5 }].map(|tagged| HolderEvent::Tagged { tagged }));
}
