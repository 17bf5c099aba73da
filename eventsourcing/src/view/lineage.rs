//! The generations of a view, and which of them is shown.

use crate::error::ViewError;
use crate::view::Checkpoint;

/// A generation of a view: one build of its rows. Later ones have higher numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Generation(pub(crate) u64);

/// A generation of a view that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ViewGeneration {
    /// Its number: later builds have higher ones.
    pub number: u64,
    /// The version of the projection that has made it.
    pub version: u32,
    /// Whether its rows are those that are read.
    pub is_active: bool,
    /// Whether it was shown before, and is shown again only on request.
    pub is_held: bool,
}

/// What a generation is to the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Its rows are those that are read.
    Shown,
    /// It is built beside the one that is shown, and takes its place when it has caught up, unless it is held.
    Built { is_held: bool },
}

/// The generations of a view, from the oldest to the newest.
pub(crate) trait Lineage: Send + Sync {
    /// Those that a runner of this program keeps up to date; makes the first one.
    fn to_keep(&self) -> Result<Vec<(Generation, Role)>, ViewError>;

    /// Begins a new generation, unless one is being built.
    fn rebuild(&self) -> Result<(), ViewError>;

    /// Shows a generation that was built, instead of the one that is shown. Unless it is forced, only if it has no more rows parked than that has.
    fn swap(&self, to: Generation, is_forced: bool) -> Result<bool, ViewError>;

    /// Shows the generation again that was shown before. False if there is none.
    fn swap_back(&self) -> Result<bool, ViewError>;

    /// Every generation that is kept.
    fn all(&self) -> Result<Vec<ViewGeneration>, ViewError>;

    /// Where a generation stands.
    ///
    /// # Errors
    ///
    /// [`ViewError::NotBuilt`] as long as no runner has begun with it.
    fn checkpoint(&self, generation: Generation) -> Result<Option<Checkpoint>, ViewError>;

    /// Where the active generation stands, whatever code has made it.
    fn active_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError>;

    /// Where the rows stand that are read, also of a generation that another process has swapped in.
    fn shown_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError>;

    /// Removes a generation that is neither shown nor built, with its rows; false if there is none of this number.
    fn remove(&self, generation: Generation) -> Result<bool, ViewError>;

    /// Removes all that are neither shown nor built, and says how many those were.
    fn remove_old(&self) -> Result<usize, ViewError> {
        let all = self.all()?;
        // What is newer than the one that is shown is built, perhaps by another release.
        let active = all.iter().find(|kept| kept.is_active).map(|kept| kept.number);
        let mut removed = 0;
        for kept in all.iter().filter(|kept| active.is_none_or(|active| kept.number < active)) {
            removed += usize::from(self.remove(Generation(kept.number))?);
        }
        Ok(removed)
    }

    /// The one that is built beside the one that is shown, if one is.
    fn built(&self) -> Result<Option<Generation>, ViewError> {
        let built = self.to_keep()?.into_iter().find(|(_, role)| matches!(role, Role::Built { .. }));
        Ok(built.map(|(built, _)| built))
    }
}
