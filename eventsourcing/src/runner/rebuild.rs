//! Building the rows of a view again, and which of its generations are shown.

use std::time::Duration;

use crate::error::ViewError;
use crate::runner::Views;
use crate::runner::beside::{self, TakesSnapshots};
use crate::runner::registered_view::{RowViewKind, downcast};
use crate::view::{Checkpoint, Generation, Projection, RowSnapshot, RowStorage, ViewDiff, ViewGeneration, diff};

impl<P: Projection> TakesSnapshots for dyn RowStorage<P> {
    type Snapshot = Box<dyn RowSnapshot + Send>;

    fn active(&self) -> Result<Box<dyn RowSnapshot + Send>, ViewError> {
        self.snapshot_active()
    }

    fn generation(&self, generation: Generation) -> Result<Box<dyn RowSnapshot + Send>, ViewError> {
        self.snapshot(generation)
    }

    fn checkpoint(snapshot: &Box<dyn RowSnapshot + Send>) -> Option<Checkpoint> {
        snapshot.checkpoint()
    }
}

impl Views {
    /// Builds the rows of a view again of all events, beside those that are shown, and shows them when they are up to date; what is being built already
    /// is not begun again. A runner does it, at once or when one is started.
    ///
    /// A view is built again by itself when the version of its projection is raised, or its columns change. If more of the new rows are parked than of the old
    /// ones, they are not shown unless [`swap`](Self::swap) is called.
    ///
    /// # Errors
    ///
    /// [`ViewError::Unknown`] if the view is not in the set, [`ViewError::Rows`] or [`ViewError::FileGone`] if this cannot be kept.
    ///
    /// # Cancel safety
    ///
    /// It is done as a whole when the future is first polled.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn rebuild<P: Projection>(&self) -> Result<(), ViewError> {
        beside::rebuild(&self.set, &*self.set.find::<P>()?)
    }

    /// Shows the rows that are built beside those that are shown, whether or not they are up to date or more of them are parked; false if none are.
    ///
    /// # Errors
    ///
    /// As [`rebuild`](Self::rebuild), and [`ViewError::NewerCode`] if a newer release of the program makes the rows.
    ///
    /// # Cancel safety
    ///
    /// It is done as a whole when the future is first polled.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn swap<P: Projection>(&self) -> Result<bool, ViewError> {
        beside::swap(&self.set, &*self.set.find::<P>()?)
    }

    /// Shows the rows again that were shown before the last swap; false if there are none. Those that were shown are kept up to date, and shown again
    /// only by [`swap`](Self::swap).
    ///
    /// # Errors
    ///
    /// As [`rebuild`](Self::rebuild).
    ///
    /// # Cancel safety
    ///
    /// It is done as a whole when the future is first polled.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn swap_back<P: Projection>(&self) -> Result<bool, ViewError> {
        beside::swap_back(&self.set, &*self.set.find::<P>()?)
    }

    /// Has rows that are built beside those that are shown wait for [`swap`](Self::swap), at the position of those that are shown: so that
    /// [`diff`](Self::diff) says what they would change. It holds views in SQL as well, which `SqlView::diff` compares. It is of the runners that are started later.
    #[must_use]
    pub fn hold_swaps(self) -> Self {
        self.set.hold_swaps();
        self
    }

    /// Compares the rows that are built beside those that are shown with these, at the same position of the log; it waits for that up to this time.
    ///
    /// # Errors
    ///
    /// [`ViewError::Unknown`] if the view is not in the set, [`ViewError::NotBuilt`] if none are built, [`ViewError::NewerCode`] if a newer release of the
    /// program makes the rows, [`ViewError::Apart`] if the two have not come to one position in that time; [`ViewError::Rows`], [`ViewError::FileGone`] or
    /// [`ViewError::Row`] if they cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Comparing changes nothing.
    pub async fn diff<P: Projection>(&self, time: Duration) -> Result<ViewDiff, ViewError> {
        let view = self.set.find::<P>()?;
        let storage = downcast::<RowViewKind<P>>(&*view)?.storage()?;
        let compared = beside::at_one_position(&self.set, &*view, storage, time).await;
        let compared = compared.and_then(|(mut shown, mut built)| diff(&mut *shown, &mut *built));
        // What was built goes on from where it was compared.
        self.set.notify();
        compared
    }

    /// The generations of a view that are kept, from the oldest to the newest.
    ///
    /// # Errors
    ///
    /// As [`rebuild`](Self::rebuild).
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn generations<P: Projection>(&self) -> Result<Vec<ViewGeneration>, ViewError> {
        self.set.find::<P>()?.lineage()?.all()
    }

    /// Removes a generation of a view with its rows; false if there is none of this number, or it is shown or built. Old generations are kept until then.
    /// A file that another process has open is deleted later, after that has closed it: when a process opens the folder, removes a generation or notices a swap.
    ///
    /// # Errors
    ///
    /// As [`rebuild`](Self::rebuild).
    ///
    /// # Cancel safety
    ///
    /// It is done as a whole when the future is first polled.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn remove_generation<P: Projection>(&self, number: u64) -> Result<bool, ViewError> {
        self.set.find::<P>()?.lineage()?.remove(Generation(number))
    }

    /// Removes every generation of a view that is neither shown nor built, by whichever release, and says how many that were. There is then nothing to swap back to, and programs of
    /// an older version have no rows.
    ///
    /// # Errors
    ///
    /// As [`rebuild`](Self::rebuild); what was removed before stays removed.
    ///
    /// # Cancel safety
    ///
    /// All that it removes is removed when the future is first polled.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn remove_old_generations<P: Projection>(&self) -> Result<usize, ViewError> {
        self.set.find::<P>()?.lineage()?.remove_old()
    }
}
