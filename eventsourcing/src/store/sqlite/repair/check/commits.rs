//! The ids of commits against the events, both ways.

use super::{Check, Stop};
use crate::store::sqlite::format::ascent::Ascent;
use crate::store::sqlite::format::body::{Body, Seal};
use crate::store::sqlite::format::commits::{self, commit_id};
use crate::store::sqlite::format::numbers::from_sql;
use crate::store::sqlite::repair::finding::Finding;
use crate::stream::Position;

const LOG: &str = "SELECT position, body FROM events NOT INDEXED ORDER BY position";
const ROWS: &str = "SELECT id, first FROM commits ORDER BY id";

/// A commit, as far as its events were seen.
struct SeenCommit {
    id: [u8; 16],
    is_given: bool,
    first: Position,
    /// The last event that is its own for certain.
    last: Position,
    /// Whether events are lost after that one, so that those that follow may be another commit's.
    is_cut: bool,
}

pub(super) fn check(check: &mut Check<'_>) -> Result<(), Stop> {
    check_events(check)?;
    check_rows(check)
}

/// Each commit, from its first event to its last, against its row.
fn check_events(check: &mut Check<'_>) -> Result<(), Stop> {
    let mut statement = check.conn.prepare(LOG)?;
    let mut rows = statement.query(())?;
    let mut commit: Option<SeenCommit> = None;
    let (mut before, mut ascent) = (Position::default(), Ascent::default());
    while let Some(row) = rows.next()? {
        check.row()?;
        let position: Position = row.get(0).and_then(from_sql).unwrap_or_default();
        ascent.step(position > before)?;
        let is_after_loss = check.lost.has_any(before + 1, position);
        let sealed = row.get_ref(1)?.as_blob().ok().and_then(Seal::take);
        let body = sealed.and_then(|(_, sealed)| Body::parse(sealed)).filter(|_| !check.lost.has(position));
        match (body.as_ref().and_then(|body| body.commit), &mut commit) {
            (Some(id), _) => {
                if let Some(commit) = commit.take() {
                    let is_cut = commit.is_cut || is_after_loss;
                    check_row_of(check, &commit, if is_cut { position.previous() } else { commit.last })?;
                }
                let is_given = body.is_some_and(|body| body.is_given);
                commit = Some(SeenCommit { id: *id, is_given, first: position, last: position, is_cut: false });
            }
            (None, Some(commit)) => {
                commit.is_cut |= is_after_loss;
                commit.last = if commit.is_cut { commit.last } else { position };
            }
            (None, None) => {}
        }
        before = position;
    }
    match commit {
        Some(commit) if check.lost.has(before + 1) => check_row_of(check, &commit, Position::MAX),
        Some(commit) => check_row_of(check, &commit, if commit.is_cut { before } else { commit.last }),
        None => Ok(()),
    }
}

/// Compares a commit with its row, if it has one. Its last event is the last that was seen, or one up to `most` where events are lost.
fn check_row_of(check: &mut Check<'_>, commit: &SeenCommit, most: Position) -> Result<(), Stop> {
    let row = commits::find_row(check.conn, &commit.id)?;
    let is_sound = match row {
        None => !commit.is_given,
        Some((first, last)) => first == commit.first && (commit.last..=most).contains(&last),
    };
    if !is_sound {
        check.find(Finding::Commit { id: commit_id(commit.id), first: commit.first });
    }
    Ok(())
}

/// Each row against the event that it begins with.
fn check_rows(check: &mut Check<'_>) -> Result<(), Stop> {
    let mut statement = check.conn.prepare(ROWS)?;
    let mut rows = statement.query(())?;
    let (mut ascent, mut before) = (Ascent::default(), Vec::new());
    while let Some(row) = rows.next()? {
        check.row()?;
        let id = row.get_ref(0)?.as_blob().unwrap_or_default();
        ascent.step(id > &before[..])?;
        id.clone_into(&mut before);
        let first = row.get(1).and_then(from_sql).unwrap_or_default();
        let begins = commits::find_id_at(check.conn, first)?;
        if begins.as_ref().map(|id| &id[..]) != Some(id) && !check.lost.has(first) {
            let id = commit_id(id.try_into().unwrap_or_default());
            check.find(Finding::Commit { id, first });
        }
    }
    Ok(())
}
