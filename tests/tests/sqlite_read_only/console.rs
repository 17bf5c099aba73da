//! Processes that have a store open, and do what they are asked.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use eventsourcing_tests::sqlite::{beside, commits, events, place};
use tempfile::TempDir;

pub struct Console {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// What a copy of the program lies in.
    program: Option<TempDir>,
}

impl Console {
    pub fn read(path: &Path) -> Self {
        let mut console = Self::start(Command::new(PROGRAM), "read", path);
        assert_eq!(console.answer(), "open");
        console
    }

    pub fn write(path: &Path) -> Self {
        let mut console = Self::start(Command::new(PROGRAM), "write", path);
        assert_eq!(console.answer(), "open");
        console
    }

    /// By a user who may do no more than everybody. Root is bound by no permissions.
    pub fn by_other_user(task: &str, path: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("console");
        fs::copy(PROGRAM, &program).unwrap();
        for path in [folder.path(), &program] {
            fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
        }
        let mut command = Command::new(&program);
        let status = fs::read_to_string("/proc/self/status").unwrap();
        if status.lines().any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0")) {
            command.uid(65534).gid(65534);
        }
        let mut console = Self::start(command, task, path);
        console.program = Some(folder);
        console
    }

    pub fn start(mut command: Command, task: &str, path: &Path) -> Self {
        command.arg(task).arg(path).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let (requests, answers) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        Self { process, requests, answers: BufReader::new(answers), program: None }
    }

    pub fn ask(&mut self, request: &str) -> String {
        self.request(request);
        self.answer()
    }

    pub fn request(&mut self, request: &str) {
        writeln!(self.requests, "{request}").unwrap();
    }

    pub fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Closes the store, and waits for the end of the process.
    pub fn close(mut self) {
        assert_eq!(self.ask("close"), "Ok(())");
        assert!(self.process.wait().unwrap().success());
    }

    /// Ends the process without closing anything.
    pub fn abort(mut self) {
        self.request("abort");
        self.process.wait().unwrap();
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_sqlite_console");

/// The position that so many commits come to.
pub fn head(count: usize) -> String {
    commits().take(count).map(|commit| events(&commit).len()).sum::<usize>().to_string()
}

/// A store that was closed.
pub fn closed(count: usize) -> (TempDir, PathBuf) {
    let (folder, path) = place();
    let mut writer = Console::write(&path);
    assert_eq!(writer.ask(&format!("commit {count}")), head(count));
    writer.close();
    assert!(!beside(&path, "-wal").exists() && !beside(&path, "-shm").exists());
    (folder, path)
}

/// A store that a process has left without closing it.
pub fn left(count: usize) -> (TempDir, PathBuf) {
    let (folder, path) = place();
    let mut writer = Console::write(&path);
    assert_eq!(writer.ask(&format!("commit {count}")), head(count));
    writer.abort();
    assert!(beside(&path, "-wal").exists() && beside(&path, "-shm").exists());
    (folder, path)
}
