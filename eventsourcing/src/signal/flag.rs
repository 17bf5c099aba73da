//! A flag that is raised once, and waited for.

use crate::store::Watch;
use crate::stream::Position;

/// Whether something has happened. Once raised, it stays so.
#[derive(Debug, Default)]
pub(crate) struct Flag {
    watch: Watch,
}

impl Flag {
    pub(crate) fn raise(&self) {
        self.watch.publish(Position::new(1));
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.watch.published() > 0
    }

    /// Waits until it is raised.
    pub(crate) async fn wait(&self) {
        self.watch.wait_past(Position::default()).await;
    }
}
