//! Building the rows of a view again, and which of its generations are shown.

use crate::error::ViewError;
use crate::runner::Views;
use crate::view::{Projection, Role};

impl Views {
    /// Builds the rows of a view again of all events, beside those that are shown, and shows them when they are up to date; what is being built already
    /// is not begun again. A runner does it, at once or when one is started.
    ///
    /// A view is built again by itself when the version of its projection is raised, or its columns change. If the new rows have more set aside than the old
    /// ones, they are not shown unless [`swap`](Self::swap) is called.
    ///
    /// # Errors
    ///
    /// [`ViewError::Unknown`] if the view is not in the set, [`ViewError::Rows`] if this cannot be kept.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn rebuild<P: Projection>(&self) -> Result<(), ViewError> {
        self.set.with_home::<P, _>(|home| home.rebuild())?;
        self.set.notify();
        Ok(())
    }

    /// Shows the rows that are built beside those that are shown, whether or not they are up to date or have more set aside; false if none are.
    ///
    /// # Errors
    ///
    /// As [`rebuild`](Self::rebuild).
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn swap<P: Projection>(&self) -> Result<bool, ViewError> {
        let swapped = self.set.with_home::<P, _>(|home| {
            let built = home.generations()?.into_iter().find(|(_, role)| matches!(role, Role::Built { .. }));
            built.map_or(Ok(false), |(built, _)| home.swap(built, true))
        })?;
        self.set.notify();
        Ok(swapped)
    }

    /// Shows the rows again that were shown before the last swap; false if there are none. Those that were shown are kept up to date, and shown again
    /// only by [`swap`](Self::swap).
    ///
    /// # Errors
    ///
    /// As [`rebuild`](Self::rebuild).
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn swap_back<P: Projection>(&self) -> Result<bool, ViewError> {
        let swapped = self.set.with_home::<P, _>(|home| home.swap_back())?;
        self.set.notify();
        Ok(swapped)
    }
}
