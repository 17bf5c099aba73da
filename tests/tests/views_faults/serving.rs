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

    /// One whose views are on a disk of their own, of so many bytes, which is gone when it ends. The store is not on it.
    pub(crate) fn on_small_disk(store: &Path, views: &Path, lease: u64, bytes: u64) -> Self {
        fs::create_dir_all(views).unwrap();
        let mut command = Command::new("unshare");
        let mount = r#"mount -t tmpfs -o size="$1" none "$5" && shift && exec "$@""#;
        command.args(["--map-root-user", "--mount", "sh", "-c", mount, "sh"]).arg(bytes.to_string());
        command.arg(env!("CARGO_BIN_EXE_views_probe"));
        Self::spawn(command, store, views, lease, None)
    }

    fn spawn(mut command: Command, store: &Path, views: &Path, lease: u64, program: Option<tempfile::TempDir>) -> Self {
        command.arg("serve").arg(store).arg(views).arg(lease.to_string());
        Self::of(command, program)
    }

    /// What answers lines with lines.
    pub(crate) fn of(mut command: Command, program: Option<tempfile::TempDir>) -> Self {
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

    /// Has each of these calls on these files fail until the fault is dropped.
    pub(crate) fn failing(&self, calls: &str, error: &str, files: &[std::path::PathBuf]) -> Failing {
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qqq", "-o", "/dev/null", "-e", &format!("trace={calls}")]);
        strace.args(["-e", &format!("inject={calls}:error={error}"), "-p", &self.process.id().to_string()]);
        for file in files {
            strace.arg("-P").arg(file);
        }
        let strace = strace.spawn().expect("`strace` runs: install it (`apt-get install strace`)");
        let traced = || {
            let threads = fs::read_dir(format!("/proc/{}/task", self.process.id())).unwrap();
            let status = |thread: fs::DirEntry| fs::read_to_string(thread.path().join("status")).unwrap_or_default();
            threads.map(|thread| status(thread.unwrap())).all(|status| !status.contains("TracerPid:\t0\n"))
        };
        crate::wait_until("it is traced", traced);
        Failing(strace)
    }

    pub(crate) fn signal(&self, signal: &str) {
        signal_to(&self.process, signal);
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
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

/// A process that has a file receive what a subscription delivers.
pub(crate) struct Subscriber(Child);

impl Subscriber {
    pub(crate) fn start(store: &Path, views: &Path, received: &Path, lease: u64) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_subscriber"));
        process.arg("log").arg(store).arg(views).arg(received).arg(lease.to_string());
        Self(process.spawn().unwrap())
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }

    pub(crate) fn signal(&self, signal: &str) {
        signal_to(&self.0, signal);
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn signal_to(process: &Child, signal: &str) {
    let kill = Command::new("kill").arg(signal).arg(process.id().to_string()).status();
    assert!(kill.unwrap().success());
}

/// A fault of a process, which ends when this is dropped.
pub(crate) struct Failing(Child);

impl Drop for Failing {
    fn drop(&mut self) {
        // It lets go of the process, which goes on.
        drop(Command::new("kill").arg("-INT").arg(self.0.id().to_string()).status());
        drop(self.0.wait());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // One that has ended already is no failure.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
