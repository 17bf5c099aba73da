//! The index of kinds in the folder of views: a file of parts, each of which says where the events of each kind are in a stretch of the log.
//!
//! A part is written at the end of the file, without a sync, by whichever process has the lock for that moment. What a write has left that was broken
//! off, by a kill, a loss of power or a full disk, is no whole part: the index ends before it, and the next part is written in its place. So does what is
//! damaged, or of a newer release. The lock only saves work: of what two have written at once, no more is read than what fits together.

mod part;

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use self::part::Head;
use crate::store::sqlite::positioned_io;
use crate::stream::Position;
use crate::view::Checkpoint;
use crate::view::kinds::{Extended, KindIndex, KindPositions, StoredKind, Stretch};
use crate::view::sqlite::file::FileId;

/// The file, beside those of the views.
const FILE: &str = "kinds.index";

/// The index of kinds in a folder of views.
pub(crate) struct KindFile {
    path: PathBuf,
    opened: Option<Opened>,
    /// After what is damaged could not be cut off.
    is_unusable: bool,
}

/// The file, and the parts that were found in it.
struct Opened {
    file: File,
    id: Option<FileId>,
    parts: Vec<Part>,
}

#[derive(Clone, Copy)]
struct Part {
    at: u64,
    end: u64,
    to: Checkpoint,
}

impl KindFile {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { path: folder.join(FILE), opened: None, is_unusable: false }
    }

    /// Finds what others have written since, and says how long the file is.
    fn refresh(&mut self) -> Option<u64> {
        let id = FileId::of(&self.path);
        if self.opened.as_ref().is_none_or(|opened| opened.id != id) {
            // Asked for before: what takes its name meanwhile is found the next time.
            self.opened = File::open(&self.path).ok().map(|file| Opened { file, id, parts: Vec::new() });
        }
        let opened = self.opened.as_mut()?;
        let len = opened.file.metadata().ok()?.len();
        if opened.end() > len {
            opened.parts.clear();
        }
        while let Some(head) = Head::read(&opened.file, opened.end(), len, opened.to()) {
            let at = opened.end();
            opened.parts.push(Part { at, end: head.end, to: head.to });
        }
        Some(len)
    }

    /// Ends the index before a part.
    fn cut(&mut self, part: usize) {
        let Some(opened) = &mut self.opened else { return };
        opened.parts.truncate(part);
        let end = opened.end();
        let set_len = |_lock| OpenOptions::new().write(true).open(&self.path)?.set_len(end);
        if let Err(error) = self.lock().and_then(set_len) {
            tracing::warn!(path = %self.path.display(), %error, "the index of kinds is not used: what is damaged in it, or of another log, could not be removed");
            self.is_unusable = true;
        }
    }

    fn try_extend(&mut self, seen: &KindPositions) -> io::Result<()> {
        let _lock = self.lock()?;
        let len = self.refresh();
        let (end, to) = self.opened.as_ref().map_or((0, None), |opened| (opened.end(), opened.to()));
        let follows = to.map_or(seen.from().position == 0, |to| to == seen.from());
        if !follows {
            // By another process.
            return Ok(());
        }
        let bytes = part::encode(seen).ok_or(io::ErrorKind::InvalidData)?;
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&self.path)?;
        // What is left of a write that was broken off.
        if len.is_some_and(|len| len > end) {
            file.set_len(end)?;
        }
        positioned_io::write(&file, &bytes, end).inspect_err(|_| _ = file.set_len(end))
    }

    /// The lock of the process that writes, held until it is dropped.
    fn lock(&self) -> io::Result<File> {
        let path = self.path.with_extension("lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        lock.try_lock()?;
        Ok(lock)
    }
}

impl KindIndex for KindFile {
    fn end(&mut self) -> Option<Checkpoint> {
        self.refresh()?;
        self.opened.as_ref().filter(|_| !self.is_unusable)?.to()
    }

    fn next(&mut self, after: Position, is_wanted: &dyn Fn(StoredKind<'_>) -> bool) -> Option<Stretch> {
        let opened = self.opened.as_ref().filter(|_| !self.is_unusable)?;
        let index = opened.parts.partition_point(|part| part.to.position <= after);
        let part = opened.parts.get(index)?;
        let before = index.checked_sub(1).and_then(|before| opened.parts.get(before)).map(|before| before.to);
        // Another process may have written other parts since.
        let head = Head::read(&opened.file, part.at, part.end, before).filter(|head| head.to == part.to);
        let stretch = head.and_then(|head| head.stretch(&opened.file, after, is_wanted));
        if stretch.is_none() {
            self.cut(index);
        }
        stretch
    }

    fn extend(&mut self, seen: &KindPositions) -> Extended {
        match self.try_extend(seen) {
            Ok(()) => Extended::Done,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Extended::Later,
            Err(error) => {
                tracing::info!(path = %self.path.display(), %error, "the index of kinds is not kept up to date");
                Extended::Never
            }
        }
    }

    fn clear(&mut self) {
        self.cut(0);
    }
}

impl Opened {
    /// Where the next part is to be.
    fn end(&self) -> u64 {
        self.parts.last().map_or(0, |part| part.end)
    }

    /// Up to where the index goes.
    fn to(&self) -> Option<Checkpoint> {
        self.parts.last().map(|part| part.to)
    }
}

#[cfg(test)]
mod tests;
