//! The disk that the files are on, and how long it takes to keep something.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Instant;

use tempfile::TempDir;

use crate::paired::median;

/// A folder on the disk that the build is on; never in memory.
pub(crate) fn folder() -> TempDir {
    TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// The time that the disk takes for an append of 4 KiB and for an overwrite, each with a sync.
pub(crate) fn conditions() -> String {
    let folder = folder();
    let mut file = OpenOptions::new().create_new(true).write(true).open(folder.path().join("probe")).unwrap();
    let block = [7_u8; 4096];
    let mut time = |overwrite: bool| {
        let mut times = Vec::new();
        for _ in 0..200 {
            if overwrite {
                file.seek(SeekFrom::Start(0)).unwrap();
            }
            let since = Instant::now();
            file.write_all(&block).unwrap();
            file.sync_data().unwrap();
            times.push(since.elapsed().as_secs_f64() * 1e3);
        }
        median(&times)
    };
    let (append, overwrite) = (time(false), time(true));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let on = file_system(folder.path());
    format!(
        "{cores} cores, {on}, SQLite {}; write of 4 KiB and fdatasync, median: append {append:.2} ms, overwrite {overwrite:.2} ms",
        rusqlite::version()
    )
}

fn file_system(path: &Path) -> String {
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let fields = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let of_path = fields.filter(|fields| fields.len() > 2 && path.starts_with(fields[1]));
    of_path.max_by_key(|fields| fields[1].len()).map_or("a disk".to_owned(), |fields| fields[2].to_owned())
}
