//! A user's crates with an `events.lock`, built by cargo.

mod package;
mod workspace;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder with a package or a workspace of a user's.
pub(crate) struct UserFolder(PathBuf);

impl UserFolder {
    pub(crate) fn new(name: &str) -> Self {
        let this = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join("locked").join(name));
        let _ = fs::remove_dir_all(&this.0);
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        this.write("Cargo.lock", &fs::read_to_string(workspace.join("Cargo.lock")).unwrap());
        this
    }

    /// Writes a file; `EVENTSOURCING` in it is the path of the framework.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let framework = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("eventsourcing");
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("EVENTSOURCING", framework.to_str().unwrap())).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap()
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.0.join(path).exists()
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.0.join(path)).unwrap();
    }

    pub(crate) fn cargo(&self, arguments: &[&str], asked: Option<&str>) -> Output {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(&self.0).args(arguments).arg("--offline").env_remove("EVENTS_LOCK");
        // Kept from run to run: the dependencies are built once.
        cargo.env("CARGO_TARGET_DIR", self.0.with_file_name("target")).env("CARGO_TERM_COLOR", "never");
        cargo.envs(asked.map(|asked| ("EVENTS_LOCK", asked))).output().unwrap()
    }

    #[track_caller]
    pub(crate) fn passes(&self, arguments: &[&str], asked: Option<&str>) -> String {
        let output = self.cargo(arguments, asked);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stdout));
        said
    }

    #[track_caller]
    pub(crate) fn fails(&self, arguments: &[&str], what: &str) {
        let output = self.cargo(arguments, None);
        let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat();
        assert!(!output.status.success() && said.contains(what), "{said}");
    }

    /// `cargo check` reports one mistake: this, at this place.
    #[track_caller]
    pub(crate) fn is_refused(&self, what: &str, place: &str) {
        let output = self.cargo(&["check"], None);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(what) && said.contains(place), "{said}");
        assert!(said.contains("due to 1 previous error"), "{said}");
    }
}
