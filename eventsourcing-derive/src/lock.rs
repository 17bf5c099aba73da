//! `events.lock` of the crate that is being compiled.

#[allow(dead_code, reason = "word for word as in the other crate, which also writes it")]
pub(crate) mod text;

use std::io::ErrorKind;
use std::path::PathBuf;
use std::{env, fs};

use self::text::{Aggregate, Lock, Type};

/// What was released of this crate; empty without a lock.
#[derive(Default)]
pub(crate) struct CrateLock {
    lock: Lock,
    crate_name: String,
    pub(crate) is_there: bool,
}

impl CrateLock {
    /// Reads the file, if there is one.
    pub(crate) fn read() -> Result<Self, String> {
        let Some(folder) = env::var_os("CARGO_MANIFEST_DIR") else { return Ok(Self::default()) };
        let text = match fs::read_to_string(PathBuf::from(folder).join("events.lock")) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(format!("events.lock cannot be read: {error}")),
        };
        let lock = Lock::parse(&text).map_err(|unreadable| unreadable.to_string())?;
        Ok(Self { lock, crate_name: env::var("CARGO_CRATE_NAME").unwrap_or_default(), is_there: true })
    }

    /// The aggregates whose events this enum is, or was: one, unless two modules have enums of one name.
    pub(crate) fn of_enum(&self, ident: &str) -> impl Iterator<Item = &Aggregate> {
        self.lock.aggregates.iter().filter(move |aggregate| {
            let (krate, name) = aggregate.path.rsplit_once("::").unwrap_or(("", &aggregate.path));
            name == ident && self.is_here(krate)
        })
    }

    /// The aggregate of this stored name.
    pub(crate) fn aggregate(&self, name: &str) -> Option<&Aggregate> {
        self.lock.aggregates.iter().find(|aggregate| {
            aggregate.name == name && self.is_here(aggregate.path.rsplit_once("::").map_or("", |(krate, _)| krate))
        })
    }

    pub(crate) fn ty(&self, name: &str) -> Option<&Type> {
        self.lock.types.iter().find(|ty| ty.name == name)
    }

    /// Whether it is of this crate: a toy in an integration test has nothing to do with what was released. A path without a crate is of any.
    fn is_here(&self, krate: &str) -> bool {
        krate.is_empty() || krate == self.crate_name
    }
}
