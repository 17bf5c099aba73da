//! How every commit of a repository begins.

use crate::codec;
use crate::error::{EncodeError, SaveError};
use crate::event::Metadata;
use crate::store::Commit;
use crate::stream::CommitId;

/// A commit without events, under an id that the caller gave or not.
pub(super) fn begin_commit(id: CommitId, given: bool, metadata: Option<&Metadata>) -> Result<Commit, SaveError> {
    let mut commit = if given { Commit::with_id(id) } else { Commit::made(id) };
    if let Some(metadata) = metadata {
        let json = codec::encode_metadata(metadata).map_err(|source| EncodeError::Metadata { source })?;
        commit.set_metadata(&json)?;
    }
    Ok(commit)
}
