//! The Rust of the workspace, as text.

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) struct File {
    /// As a reader names it, from the top of the workspace.
    pub(crate) shown: String,
    /// Inside its crate's `src`, without `.rs`.
    pub(crate) inner: String,
    pub(crate) text: String,
}

impl File {
    /// Its lines, numbered, without comments and what documents.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines()).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// Its text without comments, and without the tests at its end.
    pub(crate) fn production(&self) -> String {
        let lines = self.text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let code = lines.collect::<Vec<_>>().join("\n");
        match code.find("\nmod tests {") {
            Some(end) => code[..end].to_owned(),
            None => code,
        }
    }

    pub(crate) fn is_unit_test(&self) -> bool {
        self.inner.split('/').any(|part| part == "tests")
    }

    pub(crate) fn is_in(&self, room: &str) -> bool {
        self.inner.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

pub(crate) fn files(folder: &str) -> Vec<File> {
    let top = workspace().join(folder);
    let mut left = vec![top.clone()];
    let mut files = Vec::new();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let inner = path.strip_prefix(&top).unwrap().with_extension("").to_str().unwrap().to_owned();
            files.push(File { shown: format!("{folder}/{inner}.rs"), text: fs::read_to_string(&path).unwrap(), inner });
        }
    }
    assert!(!files.is_empty() || folder == "examples", "{folder} has no Rust");
    files
}
