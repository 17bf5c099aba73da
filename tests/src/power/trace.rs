//! What processes do to the files of a store, as `strace` notes it: each write and sync, with all bytes.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// One call of a process.
#[derive(Debug)]
pub enum Call {
    /// Bytes are written to a file.
    Write {
        /// The file.
        file: PathBuf,
        /// Where in it.
        at: usize,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// A file gets another length.
    Truncate {
        /// The file.
        file: PathBuf,
        /// Its length.
        to: usize,
    },
    /// What was written to a file is on the disk.
    Sync {
        /// The file, or the folder.
        file: PathBuf,
    },
    /// The system then takes what it could not write for written.
    FailedSync {
        /// The file, or the folder.
        file: PathBuf,
    },
    /// A file is removed from its folder.
    Remove {
        /// The file.
        file: PathBuf,
    },
    /// The process said that all commits up to this number are stored.
    Acknowledge(usize),
}

impl Call {
    /// The file that it is made on.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Write { file, .. }
            | Self::Truncate { file, .. }
            | Self::Remove { file }
            | Self::Sync { file }
            | Self::FailedSync { file } => Some(file),
            Self::Acknowledge(_) => None,
        }
    }
}

/// A folder, and what processes have done to the files in it.
#[derive(Debug)]
pub struct Traced {
    folder: TempDir,
    /// What they have done, in order.
    pub calls: Vec<Call>,
}

impl Default for Traced {
    fn default() -> Self {
        Self::new()
    }
}

impl Traced {
    /// In memory where there is such a folder: what would be on a disk is computed.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        Self { folder, calls: Vec::new() }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Has the thread of a process do this, with something done to it at some of its calls; what it says is acknowledged if that `is_counted`.
    pub fn run(&mut self, program: &[&OsStr], is_counted: bool, inject: Option<&str>) -> Ran {
        let traces = tempfile::tempdir().unwrap();
        let trace = traces.path().join("trace");
        let mut strace = Command::new("strace");
        let calls = "trace=openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,close";
        strace.args(["-qqq", "-xx", "-s", "1000000", "-e", calls, "-o"]).arg(&trace);
        if let Some(inject) = inject {
            strace.arg("-e").arg(format!("inject={inject}"));
        }
        let output = strace.args(program).output().expect("`strace` runs: install it (`apt-get install strace`)");
        let before = self.calls.len();
        self.read(&fs::read_to_string(trace).unwrap(), is_counted);
        let calls = &self.calls[before..];
        let syncs = calls.iter().filter(|call| matches!(call, Call::Sync { .. } | Call::FailedSync { .. })).count();
        let acknowledged = calls.iter().filter(|call| matches!(call, Call::Acknowledge(_))).count();
        Ran { syncs, acknowledged, is_ok: output.status.success(), error: String::from_utf8(output.stderr).unwrap() }
    }

    fn read(&mut self, trace: &str, is_counted: bool) {
        let folder = self.folder.path().to_owned();
        let mut files: BTreeMap<usize, PathBuf> = BTreeMap::new();
        for line in trace.lines() {
            let Some((name, rest)) = line.split_once('(') else { continue };
            let Some((arguments, result)) = rest.rsplit_once(" = ") else { continue };
            let has_failed = result.starts_with('-');
            if result.starts_with('?') || has_failed && !name.ends_with("sync") {
                continue;
            }
            let arguments: Vec<&str> = arguments.trim_end().trim_end_matches(')').split(", ").collect();
            let number = |index: usize| arguments[index].parse::<usize>().unwrap();
            let file = |files: &BTreeMap<usize, PathBuf>| files.get(&arguments[0].parse::<usize>().unwrap()).cloned();
            match name {
                "openat" => {
                    let opened = PathBuf::from(String::from_utf8(bytes(arguments[1])).unwrap());
                    let number = result.split(' ').next().unwrap().parse().unwrap();
                    files.remove(&number);
                    // The folder itself is the empty path.
                    if let Ok(file) = opened.strip_prefix(&folder)
                        && !file.to_string_lossy().ends_with("-shm")
                    {
                        files.insert(number, file.to_owned());
                    }
                }
                "close" => drop(files.remove(&number(0))),
                "write" if number(0) == 1 => {
                    let said = String::from_utf8(bytes(arguments[1])).unwrap();
                    let (number, rest) = said.trim().split_once(' ').unwrap_or((said.trim(), ""));
                    if is_counted && (rest.is_empty() || rest.starts_with("Committed")) {
                        self.calls.push(Call::Acknowledge(number.parse().unwrap()));
                    }
                }
                "write" if number(0) == 2 => {}
                "write" if file(&files).is_some() => panic!("a write without a place: {line}"),
                "pwrite64" => {
                    let Some(file) = file(&files) else { continue };
                    self.calls.push(Call::Write { file, at: number(3), bytes: bytes(arguments[1]) });
                }
                "ftruncate" => {
                    let Some(file) = file(&files) else { continue };
                    self.calls.push(Call::Truncate { file, to: number(1) });
                }
                "fsync" | "fdatasync" => {
                    let Some(file) = file(&files) else { continue };
                    self.calls.push(if has_failed { Call::FailedSync { file } } else { Call::Sync { file } });
                }
                "unlink" => {
                    let removed = PathBuf::from(String::from_utf8(bytes(arguments[0])).unwrap());
                    let Ok(file) = removed.strip_prefix(&folder) else { continue };
                    self.calls.push(Call::Remove { file: file.to_owned() });
                }
                _ => {}
            }
        }
    }
}

/// How a process has ended.
#[derive(Debug)]
pub struct Ran {
    /// How many of its calls were syncs.
    pub syncs: usize,
    /// How often it acknowledged something.
    pub acknowledged: usize,
    /// Whether it has ended as it should.
    pub is_ok: bool,
    /// What it said of an error.
    pub error: String,
}

/// The bytes of a string as `strace -xx` writes it.
fn bytes(text: &str) -> Vec<u8> {
    let text = text.trim_matches('"');
    text.split("\\x").skip(1).map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}
