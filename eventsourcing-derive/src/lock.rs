//! The `events.lock` that the crate that is being compiled is compared with.

mod cache;
#[allow(dead_code, reason = "one file with the other crate, which also says where one is written")]
mod place;
#[allow(dead_code, reason = "one file with the other crate, which also writes it")]
pub(crate) mod text;

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use self::text::{Aggregate, Lock, Type};

/// What was released of this crate; empty without a lock.
#[derive(Default)]
pub(crate) struct CrateLock {
    lock: Arc<Lock>,
    crate_name: String,
    /// Whether the crate has the name of its package, as a library has that is not given another one.
    is_named_as_package: bool,
    /// Where it is, seen from the crate's folder, such as `/../events.lock`.
    pub(crate) place: Option<String>,
}

impl CrateLock {
    /// Reads the file, if there is one. Of one that cannot be read, the first macro of a build gets the reason.
    pub(crate) fn read() -> (Self, Option<String>) {
        let Some(folder) = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from) else { return Default::default() };
        let Some(path) = place::nearest(&folder) else { return Default::default() };
        let (lock, unreadable) = cache::read(&path);
        let above = folder.ancestors().take_while(|folder| Some(*folder) != path.parent()).count();
        let variable = |name| env::var(name).unwrap_or_default();
        let crate_name = variable("CARGO_CRATE_NAME");
        // Only a test or a benchmark is given this folder; it may have the name of its package, too.
        let is_test = env::var_os("CARGO_TARGET_TMPDIR").is_some();
        let is_named_as_package = !is_test && crate_name == variable("CARGO_PKG_NAME").replace('-', "_");
        let place = Some(format!("{}/{}", "/..".repeat(above), place::FILE));
        (Self { lock, crate_name, is_named_as_package, place }, unreadable)
    }

    /// The aggregates whose events this enum is, or was: one, unless two modules have enums of one name.
    pub(crate) fn of_enum(&self, ident: &str) -> impl Iterator<Item = &Aggregate> {
        self.lock.aggregates.iter().filter(move |aggregate| {
            let (krate, name) = aggregate.crate_and_enum();
            name == ident && self.is_here(krate)
        })
    }

    /// The aggregate of this stored name.
    pub(crate) fn aggregate(&self, name: &str) -> Option<&Aggregate> {
        self.lock
            .aggregates
            .iter()
            .find(|aggregate| aggregate.name == name && self.is_here(aggregate.crate_and_enum().0))
    }

    /// The aggregate that is this one, as it was when the package had another name: the lock is the package's own.
    pub(crate) fn before_renaming(&self, name: &str, ident: &str) -> Option<&Aggregate> {
        let is_own = self.is_named_as_package && self.place.as_deref() == Some(&*format!("/{}", place::FILE));
        self.lock.aggregates.iter().find(|aggregate| {
            let (krate, of_enum) = aggregate.crate_and_enum();
            is_own && (&*aggregate.name, of_enum) == (name, ident) && !self.is_here(krate)
        })
    }

    /// The path of an enum of this crate, as it would stand in the lock.
    pub(crate) fn path_of(&self, ident: &str) -> String {
        format!("{}::{ident}", self.crate_name)
    }

    pub(crate) fn ty(&self, name: &str) -> Option<&Type> {
        self.lock.types.iter().find(|ty| ty.name == name)
    }

    /// Whether it is of this crate: a toy in an integration test has nothing to do with what was released. A path without a crate is of any.
    fn is_here(&self, krate: &str) -> bool {
        krate.is_empty() || krate == self.crate_name
    }
}
