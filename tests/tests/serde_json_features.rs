//! A crate that turns features of `serde_json` on, which are then on for the framework and all events of the program.

use std::fs;
use std::path::Path;
use std::process::Command;

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

const CODE: &str = r#"
use std::collections::HashMap;

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sound {
    floats: (f32, Vec<f64>),
    numbers: (u64, i64, u128, i128),
    by_number: HashMap<u32, Option<f64>>,
    value: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    None,
    Some { number: f64 },
}

#[derive(Aggregate, Debug)]
#[aggregate(snapshot)]
struct Holder {
    root: Root<Self>,
    #[aggregate(opaque)]
    sound: Sound,
}

#[events]
impl Holder {
    #[event(Held)]
    fn hold(sound: &Sound) -> Self {
        Self { root: Root::new(), sound: sound.clone() }
    }

    #[event(Tagged)]
    fn tag(&mut self, tagged: Tagged) {
        let _ = tagged;
    }
}

fn main() {
    let floats = vec![117.633_311_394_000_17, -0.0, 5e-324, f64::MAX, 0.1 + 0.2];
    let deep = (0..120).fold(json!(1.5), |value, _| json!([value]));
    let sound = Sound {
        floats: (f32::MIN_POSITIVE, floats.clone()),
        numbers: (u64::MAX, i64::MIN, u128::MAX, i128::MIN),
        by_number: [(7, Some(0.3)), (8, None)].into(),
        value: json!({ "z": 1e300, "a": serde_json::from_str::<Value>("1.00e+2").unwrap(), "deep": deep }),
    };
    let holders = Repository::<Holder>::new(MemoryStore::new()).blocking();
    let mut holder = Holder::hold(&sound);
    holders.save(&mut holder).unwrap();
    let bits = |floats: &[f64]| floats.iter().map(|float| float.to_bits()).collect::<Vec<_>>();
    let is_same = |holder: &Holder| {
        assert_eq!(holder.sound, sound);
        assert_eq!(bits(&holder.sound.floats.1), bits(&floats));
        assert_eq!(holder.sound.value.to_string(), sound.value.to_string());
    };
    is_same(&holders.get(holder.id()).unwrap());
    holders.take_snapshot(holder.id()).unwrap();
    is_same(&holders.get(holder.id()).unwrap());

    let mut export = Vec::new();
    holders.log().export(&mut export).unwrap();
    let others = Repository::<Holder>::new(MemoryStore::new()).blocking();
    others.import(&mut &*export).unwrap();
    is_same(&others.get(holder.id()).unwrap());

    holders.update(holder.id(), |holder| holder.tag(Tagged::None)).unwrap();
    holder = holders.get(holder.id()).unwrap();
    holder.tag(Tagged::Some { number: 1.5 });
    let error = holders.save(&mut holder).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("the feature `arbitrary_precision` of serde_json is on"), "{error}: {source}");
    assert_eq!(holders.get(holder.id()).unwrap().version(), 2);
}
"#;

#[test]
fn what_is_saved_is_loaded_or_refused_with_the_reason() {
    // Kept from run to run: the dependencies are built once.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("precise-office");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::create_dir_all(folder.join("src")).unwrap();
    let framework = workspace.join("eventsourcing");
    fs::write(folder.join("Cargo.toml"), MANIFEST.replace("EVENTSOURCING", framework.to_str().unwrap())).unwrap();
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    fs::write(folder.join("src/main.rs"), CODE).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(&folder).args(["run", "--offline"]).env("CARGO_TARGET_DIR", folder.join("target"));
    let output = cargo.env("CARGO_TERM_COLOR", "never").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
