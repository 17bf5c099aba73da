//! What the rows ask of every side, and how it takes its turns.

use std::fmt::Display;
use std::path::Path;
use std::sync::LazyLock;

use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::disk;
use crate::domain::Folded;
use crate::paired::Side;

pub(crate) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

pub(crate) trait Accounts: Sized + 'static {
    const NAME: &'static str;

    /// How many events an account can have.
    const LONGEST: u64 = u64::MAX;

    /// A new file in WAL mode, `synchronous` full or normal.
    async fn open(path: &Path, full: bool) -> Self;

    /// A new account, its first so many events in one commit.
    fn create(&mut self, id: Uuid, events: u64) -> impl Future<Output = ()> + Send;

    /// Loads by replay, decides on one event, saves it; an account that is not there begins.
    async fn step(&mut self, id: Uuid);

    async fn load(&self, id: Uuid) -> Folded;

    /// Reads the whole log, typed: how many events there are, and the sum of all that was deposited.
    async fn replay(&self) -> (u64, i64);
}

/// Whether another held the lock for longer than sqlx waits, 5 seconds unless set: a user has to try again.
pub(crate) fn is_busy(error: &impl Display) -> bool {
    error.to_string().contains("database is locked")
}

/// A side on a file of its own, that is filled before the first turn.
pub(crate) fn side<A: Accounts, T: 'static>(
    full: bool,
    fill: impl AsyncFnOnce(&mut A) -> T,
    turn: impl AsyncFn(&mut A, &mut T) -> u64 + 'static,
) -> Side {
    let folder = disk::folder();
    let (mut accounts, mut filled) = RUNTIME.block_on(async {
        let mut accounts = A::open(&folder.path().join("events"), full).await;
        let filled = fill(&mut accounts).await;
        (accounts, filled)
    });
    Side::new(A::NAME, move || {
        let _ = &folder;
        RUNTIME.block_on(turn(&mut accounts, &mut filled))
    })
}
