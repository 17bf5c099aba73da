//! Runs a projection's SQL, and has SQLite refuse what would end the transaction that it is part of, or leave it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, ErrorCode};

use super::SqliteTx;
use crate::error::panic_message;

/// The guard of one connection, which must be in a transaction while SQL of others runs.
pub(super) struct Guard {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Whether the SQL at hand is not the framework's.
    is_on: AtomicBool,
    /// Why something was refused.
    refused: Mutex<Option<&'static str>>,
}

/// Why SQL of a projection has failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// By what it does, in these words.
    Handler(String),
    /// By what keeps the database.
    Database(rusqlite::Error),
}

/// How many prepared statements are kept: more than a projection has, as one that is not kept is prepared for each event.
const STATEMENTS: usize = 128;

impl Guard {
    /// Sets the hooks of a connection.
    ///
    /// The framework's own `COMMIT`s and savepoints must not be among the statements that the connection keeps: the same text of a handler would find them
    /// there, prepared, and so not be asked for.
    pub(super) fn install(connection: &mut Connection) -> rusqlite::Result<Self> {
        let shared = Arc::<Shared>::default();
        let asked = Arc::clone(&shared);
        connection.authorizer(Some(move |context: AuthContext<'_>| asked.authorize(&context)))?;
        let asked = Arc::clone(&shared);
        // A statement that follows `INSERT OR ROLLBACK` would be a transaction by itself.
        connection.commit_hook(Some(move || asked.is_on()))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self { shared })
    }

    /// Runs SQL of a projection; what it has done of a failure is the caller's to roll back.
    pub(super) fn run(
        &self,
        connection: &Connection,
        run: impl FnOnce(&SqliteTx<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), Fault> {
        self.shared.is_on.store(true, Ordering::Relaxed);
        // Nothing but the transaction is changed, which is not used after a panic.
        let ran = catch_unwind(AssertUnwindSafe(|| run(&SqliteTx::new(connection))));
        self.shared.is_on.store(false, Ordering::Relaxed);
        let refused = self.shared.refused().take();
        match ran {
            Ok(Err(error)) if is_of_database(&error) => Err(Fault::Database(error)),
            Ok(Err(_)) if refused.is_some() => Err(Fault::Handler(refused.unwrap_or_default().to_owned())),
            Ok(Err(error)) => Err(Fault::Handler(error.to_string())),
            Err(panic) => Err(Fault::Handler(format!("the handler panicked: {}", panic_message(&*panic)))),
            Ok(Ok(())) if connection.is_autocommit() => {
                Err(Fault::Handler("its SQL has rolled back the transaction of the view".to_owned()))
            }
            Ok(Ok(())) => Ok(()),
        }
    }
}

impl Shared {
    fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    // No foreign code runs under the lock.
    fn refused(&self) -> MutexGuard<'_, Option<&'static str>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn authorize(&self, context: &AuthContext<'_>) -> Authorization {
        match refusal(&context.action) {
            Some(reason) if self.is_on() => {
                *self.refused() = Some(reason);
                Authorization::Deny
            }
            _ => Authorization::Allow,
        }
    }
}

const ENDS: &str = "`BEGIN`, `COMMIT`, `ROLLBACK` and savepoints are refused: its SQL is part of the view's transaction, which is committed with how \
                    far the view has read; return an error where the event cannot be applied";
const LEAVES: &str = "`ATTACH` and `DETACH` are refused: what is written to another database is not committed with how far the view has read";
const PRAGMA: &str = "a `PRAGMA` is refused here, but for those that ask for the schema: the connection is the view's";
const TEMPORARY: &str = "temporary tables are refused: they end with the view's connection, and how far the view has read stays; make a table in `#[setup]`";
const OWN: &str =
    "tables whose names begin with `_` are the view's own, where it keeps how far it has read: give yours another name";

/// Why this is not for the SQL of a projection, if it is not.
#[expect(clippy::wildcard_enum_match_arm, reason = "all else reads, or changes the projection's own tables")]
fn refusal(action: &AuthAction<'_>) -> Option<&'static str> {
    match *action {
        AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => Some(ENDS),
        AuthAction::Attach { .. } | AuthAction::Detach { .. } => Some(LEAVES),
        AuthAction::Pragma { pragma_name, .. } if !is_question(pragma_name) => Some(PRAGMA),
        AuthAction::CreateTempIndex { .. }
        | AuthAction::CreateTempTable { .. }
        | AuthAction::CreateTempTrigger { .. }
        | AuthAction::CreateTempView { .. } => Some(TEMPORARY),
        AuthAction::Insert { table_name }
        | AuthAction::Update { table_name, .. }
        | AuthAction::Delete { table_name }
        | AuthAction::CreateTable { table_name }
        | AuthAction::DropTable { table_name }
        | AuthAction::AlterTable { table_name, .. }
        | AuthAction::CreateIndex { table_name, .. }
        | AuthAction::DropIndex { table_name, .. }
        | AuthAction::CreateTrigger { table_name, .. }
        | AuthAction::DropTrigger { table_name, .. }
        | AuthAction::CreateVtable { table_name, .. }
            if table_name.starts_with('_') =>
        {
            Some(OWN)
        }
        _ => None,
    }
}

/// Whether a `PRAGMA` changes nothing. (Full-text tables ask for the version of the data.)
fn is_question(pragma: &str) -> bool {
    let questions = [
        "data_version",
        "foreign_key_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "table_info",
        "table_list",
        "table_xinfo",
    ];
    questions.iter().any(|question| pragma.eq_ignore_ascii_case(question))
}

/// Whether an error is no fault of the SQL, and may be temporary.
fn is_of_database(error: &rusqlite::Error) -> bool {
    let codes = [
        ErrorCode::CannotOpen,
        ErrorCode::DatabaseBusy,
        ErrorCode::DatabaseCorrupt,
        ErrorCode::DiskFull,
        ErrorCode::FileLockingProtocolFailed,
        ErrorCode::NotADatabase,
        ErrorCode::OperationInterrupted,
        ErrorCode::OutOfMemory,
        ErrorCode::ReadOnly,
        ErrorCode::SystemIoFailure,
    ];
    error.sqlite_error_code().is_some_and(|code| codes.contains(&code))
}

#[cfg(test)]
mod tests;
