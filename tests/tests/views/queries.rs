//! What a caller asks in SQL, and asks wrongly.

use eventsourcing::error::ViewError;
use eventsourcing::prelude::*;
use pollster::block_on;

use crate::domain::{Transfer, TransferEvent};

#[derive(View, Clone, Debug, PartialEq)]
struct Sum {
    #[view(key)]
    id: Id<Transfer>,
    amount: u64,
}

#[projection(version = 1, ignore(TransferEvent::Emptied), ignore(TransferEvent::Noted))]
impl Sum {
    #[on(TransferEvent::Made)]
    fn made(at: &At<Transfer>, amount: u64) -> Self {
        Self { id: at.id(), amount }
    }
}

#[test]
fn a_slip_in_a_query_is_no_damage() {
    let (folder, store) = (tempfile::tempdir().unwrap(), MemoryStore::new());
    let transfer = &mut Transfer::make(0, 1, 5);
    Repository::<Transfer>::new(store.clone()).blocking().save(transfer).unwrap();
    let views = Views::sqlite(folder.path()).unwrap().with::<Sum>();
    let running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    let said = |asked: Result<Vec<Sum>, ViewError>| match asked {
        Err(error @ ViewError::Query { view: "Sum", .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };
    assert!(said(block_on(views.query("amuont = 5", ()))).contains("no such column: amuont"));
    assert!(said(block_on(views.query("amount = ?1 OR id = ?2", (5,)))).contains("Wrong number of parameters"));
    assert!(said(block_on(views.query("ORDER BY amount", ()))).contains("syntax error"));
    // The rows can be read as before.
    assert_eq!(block_on(views.query::<Sum>("amount = ?1", (5,))).unwrap().len(), 1);
    running.stop_blocking();
}
