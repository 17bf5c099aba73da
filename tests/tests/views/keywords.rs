//! Columns that are called as words of SQL are.

use eventsourcing::prelude::*;
use eventsourcing::view::At;
use pollster::block_on;

use crate::target::{Target, with_each_target};

#[derive(Aggregate)]
struct Table {
    root: Root<Self>,
}

#[events]
impl Table {
    #[event(Select)]
    fn select(values: String, group: u32) -> Self {
        Self { root: Root::new() }
    }

    #[event(Update)]
    fn update(&mut self, r#where: Option<String>) {}

    #[event(Delete)]
    fn delete(&mut self) {}
}

#[derive(View, Clone, Debug, PartialEq)]
#[view(name = "select")]
struct Order {
    #[view(key)]
    table: Id<Table>,
    #[view(key)]
    rowid: i64,
    #[view(index)]
    values: String,
    #[view(index)]
    group: u32,
    r#where: Option<String>,
    null: Option<bool>,
    oid: u8,
    checkpoint: u8,
    parked: u8,
}

#[projection(version = 1)]
impl Order {
    #[on(TableEvent::Select, key = (at.id(), 1))]
    fn select(at: &At<Table>, values: String, group: u32) -> Self {
        let (table, r#where, null) = (at.id(), None, Some(true));
        Self { table, rowid: 1, values, group, r#where, null, oid: 2, checkpoint: 3, parked: 4 }
    }

    #[on(TableEvent::Update, key = (at.id(), 1))]
    fn update(&mut self, r#where: Option<String>) {
        self.r#where = r#where;
    }

    #[on(TableEvent::Delete, key = (at.id(), 1))]
    fn delete(self) -> Option<Self> {
        None
    }
}

with_each_target! {
    columns_may_be_called_as_words_of_sql,
}

fn columns_may_be_called_as_words_of_sql(target: &Target) {
    let store = MemoryStore::new();
    let tables = Repository::<Table>::new(store.clone()).blocking();
    let mut kept = Table::select("; DROP TABLE".to_owned(), 7);
    kept.update(Some("1 = 1".to_owned()));
    let mut deleted = Table::select(String::new(), 7);
    deleted.delete();
    tables.save(&mut kept).unwrap();
    tables.save(&mut deleted).unwrap();
    let views = target.views().with::<Order>();
    let running = views.run(store).unwrap();
    block_on(async {
        views.caught_up().await.unwrap();
        let row = views.get::<Order>((kept.id(), 1)).await.unwrap().unwrap();
        assert_eq!((row.r#where.as_deref(), row.null, row.oid), (Some("1 = 1"), Some(true), 2));
        let found = views.all::<Order>().by(Order::VALUES, "; DROP TABLE").by(Order::GROUP, 7_u32).await.unwrap();
        assert_eq!(found, [row]);
        assert_eq!(views.get::<Order>((deleted.id(), 1)).await.unwrap(), None);
    });
    running.stop_blocking();
}
