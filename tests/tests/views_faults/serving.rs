//! A process with views, which does what a test asks of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

pub(crate) struct Serving {
    process: Child,
    asks: ChildStdin,
    says: BufReader<ChildStdout>,
    _program: Option<tempfile::TempDir>,
}

impl Serving {
    /// A process whose lease is so many milliseconds.
    pub(crate) fn start(store: &Path, views: &Path, lease: u64) -> Self {
        Self::spawn(Command::new(env!("CARGO_BIN_EXE_views_probe")), store, views, lease, None)
    }

    /// One of a user that is not root, who can do what it likes.
    pub(crate) fn by_other_user(store: &Path, views: &Path, lease: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("probe");
        fs::copy(env!("CARGO_BIN_EXE_views_probe"), &program).unwrap();
        for path in [folder.path(), &program] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let mut command = Command::new(&program);
        let status = fs::read_to_string("/proc/self/status").unwrap();
        if status.lines().any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0")) {
            command.uid(65534).gid(65534);
        }
        Self::spawn(command, store, views, lease, Some(folder))
    }

    fn spawn(mut command: Command, store: &Path, views: &Path, lease: u64, program: Option<tempfile::TempDir>) -> Self {
        command.arg("serve").arg(store).arg(views).arg(lease.to_string());
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (asks, says) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        Self { process, asks, says, _program: program }
    }

    pub(crate) fn answer(&mut self) -> String {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    pub(crate) fn ask(&mut self, line: &str) -> String {
        writeln!(self.asks, "{line}").unwrap();
        self.answer()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let kill = Command::new("kill").arg(signal).arg(self.process.id().to_string()).status();
        assert!(kill.unwrap().success());
    }

    /// Waits until it answers so.
    pub(crate) fn wait(&mut self, ask: &str, expected: &str) {
        let begun = Instant::now();
        loop {
            let answer = self.ask(ask);
            if answer.starts_with(expected) {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{ask}: {answer}, and not {expected}");
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// What it says when it cannot begin.
    pub(crate) fn refusal(mut self) -> String {
        let mut error = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        error
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // One that has ended already is no failure.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
