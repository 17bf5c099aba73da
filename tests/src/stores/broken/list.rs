//! Its lists of streams.

use std::ops::ControlFlow;

use eventsourcing::StreamId;
use eventsourcing::error::StoreError;
use eventsourcing::store::{EventStore, StreamList, StreamPage, StreamRead};
use uuid::Uuid;

use super::{Broken, Fault};

impl Broken {
    pub(super) async fn broken_list(&self, mut list: StreamList) -> Result<StreamPage, StoreError> {
        match (self.fault, list.after.map(|after| after.as_u128())) {
            (Fault::ListsFromTheLast, Some(0)) => list.after = None,
            (Fault::ListsFromTheLast, Some(after)) => list.after = Some(Uuid::from_u128(after - 1)),
            (Fault::ListsAll, _) => list.limit = usize::MAX,
            _ => {}
        }
        let mut page = self.inner.list_streams(list.clone()).await?;
        match self.fault {
            Fault::ListsOnePage => page.more = false,
            Fault::ListsBackward => page.ids.reverse(),
            Fault::ListsEveryKind => page.ids.extend(self.inner.list_streams(StreamList::new("B")).await?.ids),
            Fault::ListsLate => {
                let mut late = Vec::new();
                for id in page.ids {
                    let read = StreamRead::new(StreamId::new(list.aggregate.clone(), id)).backward().limit(1);
                    if self
                        .inner
                        .read_stream(read, &mut |_| ControlFlow::Continue(()))
                        .await
                        .is_ok_and(|page| page.reached > 1)
                    {
                        late.push(id);
                    }
                }
                page.ids = late;
            }
            _ => {}
        }
        Ok(page)
    }
}
