//! Views that the macros make: each form of a handler, keys of each kind, and columns of serde's types.

use eventsourcing::Apply;
use eventsourcing::error::CellError;
use eventsourcing::prelude::*;
use eventsourcing::view::{At, Cell, ColumnType, Delivery, On, Projection, RowCells};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Transfer, TransferEvent, wallet};

#[derive(Aggregate)]
pub(crate) struct Shop {
    root: Root<Self>,
}

#[events]
impl Shop {
    #[event(Opened)]
    fn open(owner: &str) -> Self {
        Self { root: Root::new() }
    }

    #[event(Sold)]
    fn sell(&mut self, to: Id<Customer>, cents: i64, at: u32) {}

    #[event(Moved)]
    fn relocate(&mut self, street: Option<String>) {}

    #[event(Closed)]
    fn close(&mut self) {}

    #[event(Painted)]
    fn paint(&mut self) {}
}

#[event]
pub(crate) enum CustomerEvent {
    Came,
    Greeted,
    Left { r#where: String },
}

#[derive(Aggregate)]
#[aggregate(event = CustomerEvent)]
pub(crate) struct Customer {
    root: Root<Self>,
}

impl Apply for Customer {
    type Event = CustomerEvent;

    fn create(_: CustomerEvent) -> Option<Self> {
        Some(Self { root: Root::new() })
    }

    fn apply(&mut self, _: CustomerEvent) {}
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Cents(i64);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Place {
    Unknown,
    Street { name: String },
}

/// All four forms, on the rows of the aggregates themselves.
#[derive(View, Clone, Debug, PartialEq)]
struct ShopRow {
    #[view(key)]
    id: Id<Shop>,
    #[view(index)]
    owner: String,
    #[view(index)]
    sold: Cents,
    #[view(index)]
    place: Place,
    last: u64,
}

#[projection(version = 3, ignore(ShopEvent::Painted))]
impl ShopRow {
    #[on(ShopEvent::Opened)]
    fn opened(at: &At<Shop>, owner: &str) -> Self {
        let (id, owner) = (at.id(), owner.to_owned());
        Self { id, owner, sold: Cents(0), place: Place::Unknown, last: 0 }
    }

    #[on(ShopEvent::Sold)]
    fn sold(&mut self, cents: i64, #[field(at)] _when: u32) {
        self.sold.0 += cents;
    }

    #[on(ShopEvent::Moved)]
    fn relocated(this: Option<Self>, at: &At<Shop>, street: Option<String>) -> Self {
        let mut row = this.unwrap_or_else(|| Self::opened(at, "nobody"));
        row.place = street.map_or(Place::Unknown, |name| Place::Street { name });
        row.last = at.position().get();
        row
    }

    #[on(ShopEvent::Closed)]
    fn closed(self) -> Option<Self> {
        (self.sold != Cents(0)).then_some(self)
    }

    fn owner(&self) -> &str {
        &self.owner
    }
}

/// Keys of several columns, events of two aggregates, and two handlers of one event.
#[derive(View, Clone, Debug, PartialEq)]
struct Visits {
    #[view(key)]
    customer: Id<Customer>,
    #[view(key)]
    what: String,
    times: u32,
}

#[projection(version = 1, ignore(CustomerEvent::.., ShopEvent::..))]
impl Visits {
    #[on(ShopEvent::Sold, key = (to, format!("bought at {when}")))]
    #[on(ShopEvent::Sold, key = (to, "bought".to_owned()))]
    fn bought(this: Option<Self>, to: Id<Customer>, #[field(at)] when: u32) -> Self {
        let what = format!("bought at {when}");
        this.map_or(Self { customer: to, what, times: 1 }, |row| Self { times: row.times + 1, ..row })
    }

    #[on(CustomerEvent::Left, key = { let id = at.id(); (id, r#where.clone()) })]
    fn left(r#where: &String, #[field(r#where)] again: String) -> Self {
        assert_eq!(*r#where, again);
        Self { customer: Id::new(), what: again, times: 0 }
    }
}

/// The view of the same name that is written by hand.
#[derive(View, Clone, Debug, PartialEq)]
#[view(name = "Wallet")]
struct Derived {
    #[view(key)]
    id: Uuid,
    balance: u64,
    #[view(index)]
    transfers: u32,
}

#[projection(version = 1, ignore(TransferEvent::Noted))]
impl Derived {
    #[on(TransferEvent::Made, key = wallet(from))]
    fn paid(&mut self, from: u8, amount: u64) {
        let _ = from;
        self.transfers += 1;
        self.balance -= amount;
    }

    #[on(TransferEvent::Made, key = wallet(to))]
    fn got(this: Option<Self>, to: u8, amount: u64) -> Self {
        let row = this.unwrap_or(Self { id: wallet(to), balance: 0, transfers: 0 });
        Self { balance: row.balance + amount, transfers: row.transfers + 1, ..row }
    }

    #[on(TransferEvent::Emptied, key = wallet(wallet_number))]
    fn emptied(self, #[field(wallet)] wallet_number: u8) -> Option<Self> {
        let _ = wallet_number;
        None
    }
}

#[test]
fn a_derived_view_is_the_one_by_hand() {
    assert_eq!(Derived::COLUMNS, crate::domain::Wallet::COLUMNS);
    assert_eq!((Derived::NAME, Derived::MAY_REFUSE), ("Wallet", true));
    pollster::block_on(async {
        let store = MemoryStore::new();
        let views = Views::memory().with::<Derived>();
        let by_hand = Views::memory().with::<crate::domain::Wallet>();
        let (running, running_by_hand) = (views.run(store.clone()).unwrap(), by_hand.run(store.clone()).unwrap());
        let transfers = Repository::<Transfer>::new(store);
        for (from, to, amount) in [(0, 1, 100), (1, 2, 40), (2, 1, 7), (1, 1, 1), (2, 3, 33)] {
            transfers.save(&mut Transfer::make(from, to, amount)).await.unwrap();
        }
        transfers.save(&mut Transfer::empty(2)).await.unwrap();
        views.caught_up().await.unwrap();
        by_hand.caught_up().await.unwrap();
        let rows = views.all::<Derived>().await.unwrap();
        let expected = by_hand.all::<crate::domain::Wallet>().await.unwrap();
        let expected = expected.into_iter().map(|crate::domain::Wallet { id, balance, transfers }| Derived {
            id,
            balance,
            transfers,
        });
        assert_eq!(rows, expected.collect::<Vec<_>>());
        assert_eq!(rows.len(), 2, "{rows:?}");
        let parked = |parked: Vec<_>| parked.len();
        assert_eq!(views.parked::<Derived>().await.map(parked).unwrap(), 1, "nothing was paid to wallet 0");
        running.stop().await;
        running_by_hand.stop().await;
    });
}

#[test]
fn each_form_of_a_handler() {
    pollster::block_on(async {
        let store = MemoryStore::new();
        let views = Views::memory().with::<ShopRow>().with::<Visits>();
        let running = views.run(store.clone()).unwrap();
        let shops = Repository::<Shop>::new(store.clone());
        let (mut shop, to) = (Shop::open("alice"), Id::new());
        shop.sell(to, 5, 1);
        shop.sell(to, 6, 1);
        shop.relocate(Some("Main St".to_owned()));
        shop.paint();
        shop.close();
        shops.save(&mut shop).await.unwrap();
        let mut closed = Shop::open("bob");
        closed.close();
        shops.save(&mut closed).await.unwrap();
        let mut customer = Customer::begin(CustomerEvent::Left { r#where: "here".to_owned() }).unwrap();
        Repository::<Customer>::new(store).save(&mut customer).await.unwrap();
        views.caught_up().await.unwrap();

        let row = views.get::<ShopRow>(shop.id()).await.unwrap().unwrap();
        assert_eq!((row.owner(), row.sold, row.last), ("alice", Cents(11), 4));
        assert_eq!(row.place, Place::Street { name: "Main St".to_owned() });
        assert_eq!(views.all::<ShopRow>().by(ShopRow::OWNER, "alice").await.unwrap(), std::slice::from_ref(&row));
        let of_serde = views.all::<ShopRow>().by(ShopRow::SOLD, Cents(11)).by(ShopRow::PLACE, row.place.clone());
        assert_eq!(of_serde.await.unwrap(), [row]);
        assert!(views.all::<ShopRow>().by(ShopRow::PLACE, Place::Unknown).await.unwrap().is_empty());
        assert_eq!(views.get::<ShopRow>(closed.id()).await.unwrap(), None);

        let twice = views.get::<Visits>((to, "bought at 1".to_owned())).await.unwrap().unwrap();
        assert_eq!(twice.times, 2);
        // Handlers whose row has another key than the one that it was made for.
        let parked: Vec<_> = views.parked::<Visits>().await.unwrap().into_iter().map(|parked| parked.key).collect();
        assert!(parked.contains(&(to, "bought".to_owned())) && parked.contains(&(customer.id(), "here".to_owned())));
        running.stop().await;
    });
}

fn is_on<A: Aggregate, V: On<A>>() -> Option<Delivery<V::Key>> {
    None
}

#[test]
fn what_the_macros_say_of_a_view() {
    let columns: Vec<_> =
        ShopRow::COLUMNS.iter().map(|column| (column.name, column.column_type, column.is_key)).collect();
    let any = ColumnType::Any;
    let text = ColumnType::Text;
    let expected = [
        ("id", ColumnType::Uuid, true),
        ("owner", text, false),
        ("sold", any, false),
        ("place", any, false),
        ("last", ColumnType::Integer, false),
    ];
    assert_eq!(columns, expected);
    assert!(ShopRow::COLUMNS[1].is_indexed && !ShopRow::COLUMNS[0].is_indexed);
    assert_eq!((<ShopRow as Projection>::VERSION, ShopRow::SOURCES.len(), Visits::SOURCES.len()), (3, 1, 2));
    assert_eq!(is_on::<Shop, ShopRow>(), None);
    assert_eq!(is_on::<Customer, Visits>(), None);
}

struct Kept(Vec<Cell<'static>>);

impl RowCells for Kept {
    fn cell(&self, column: usize) -> Result<Cell<'_>, CellError> {
        self.0.get(column).cloned().ok_or_else(|| CellError::new("there is none"))
    }
}

#[test]
fn a_row_is_read_as_it_was_written() {
    let place = Place::Street { name: "Main St".to_owned() };
    let row = ShopRow { id: Id::new(), owner: "alice".to_owned(), sold: Cents(-5), place, last: 7 };
    let mut kept = Kept(Vec::new());
    row.write(&mut |cell| kept.0.push(cell.into_owned())).unwrap();
    assert_eq!(kept.0[2], Cell::Integer(-5));
    assert_eq!(kept.0[3], Cell::Text(r#"{"Street":{"name":"Main St"}}"#.into()));
    assert_eq!(ShopRow::read(&kept), Ok(row.clone()));

    kept.0[2] = Cell::Null;
    let error = ShopRow::read(&kept).unwrap_err().to_string();
    assert!(error.starts_with("column `sold`: "), "{error}");
    let refused = ShopRow { last: u64::MAX, ..row }.write(&mut |_| ()).unwrap_err().to_string();
    assert!(refused.starts_with("column `last`: "), "{refused}");
}
