//! An event that has panicked may have changed half of the state.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use eventsourcing::Id;
use eventsourcing::prelude::*;

#[derive(Aggregate, Clone, Debug, PartialEq)]
struct Shelf {
    root: Root<Self>,
    books: Vec<String>,
    pages: u8,
}

#[events]
impl Shelf {
    #[event(Built)]
    fn build() -> Self {
        Self { root: Root::new(), books: Vec::new(), pages: 0 }
    }

    #[event(BookPut)]
    fn put(&mut self, title: &str, pages: u8) {
        self.books.push(title.to_owned());
        self.pages = self.pages.checked_add(pages).unwrap();
    }

    #[event(Exchanged)]
    fn exchange_after_a_page(&mut self) {
        self.pages += 1;
        exchange(self);
    }

    #[event(CloneLeft)]
    fn leave_a_clone(&mut self) {
        self.pages += 1;
        leave_a_clone(self);
        self.pages -= 1;
    }

    #[event(NothingTorn)]
    fn tear_nothing(&mut self) {}

    #[event(Torn)]
    fn tear(&mut self) {
        // What is noted at the root goes with it.
        *self = other();
        panic!("after it");
    }
}

fn other() -> Shelf {
    Shelf { root: Root::new(), books: Vec::new(), pages: 0 }
}

#[derive(Application)]
struct Library {
    shelves: Repository<Shelf>,
}

fn overfill(shelf: &mut Shelf) {
    shelf.put("one", 200);
    let again = catch_unwind(AssertUnwindSafe(|| shelf.put("two", 200)));
    assert!(again.is_err() && shelf.books.len() == 2, "half changed");
}

#[track_caller]
fn is_refused<T: std::fmt::Debug>(saved: Result<T, SaveError>, of: &Shelf) {
    let Err(error @ SaveError::EventPanicked { event: "BookPut", .. }) = saved else { panic!("{saved:?}") };
    assert_eq!(
        error.to_string(),
        format!(
            "event `BookPut` panicked when it was applied to Shelf/{}, whose state may be half changed: load it again",
            of.id()
        )
    );
}

#[test]
fn is_not_saved_until_it_is_loaded_again() {
    let library = Library::new(MemoryStore::new());
    let shelves = library.shelves.blocking();
    let (mut shelf, mut beside) = (Shelf::build(), Shelf::build());
    shelves.save(&mut shelf).unwrap();
    let id = shelf.id();
    overfill(&mut shelf);
    is_refused(shelves.save(&mut shelf), &shelf);
    is_refused(shelves.save(&mut shelf.clone()), &shelf);
    is_refused(library.blocking().commit((&mut beside, &mut shelf)), &shelf);
    assert!(!shelves.contains(beside.id()).unwrap());

    let mut again = shelves.get(id).unwrap();
    again.put("one", 200);
    shelves.save(&mut again).unwrap();
    assert_eq!(shelves.get(id).unwrap().books, ["one"]);
}

#[test]
fn is_not_saved_with_nothing_pending_either() {
    let shelves = Repository::<Shelf>::new(MemoryStore::new()).blocking();
    let mut shelf = Shelf::build();
    shelf.put("one", 200);
    shelves.save(&mut shelf).unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| shelf.put("two", 200))).is_err());
    is_refused(shelves.save(&mut shelf), &shelf);
}

#[test]
fn an_update_that_catches_it_stores_nothing_and_hands_nothing_on() {
    let library = Library::new(MemoryStore::new());
    let shelves = library.shelves.blocking();
    let (mut shelf, mut other) = (Shelf::build(), Shelf::build());
    library.blocking().commit((&mut shelf, &mut other)).unwrap();
    let refused = |result: Result<(), UpdateError<std::convert::Infallible>>| match result {
        Err(UpdateError::Save(error)) => is_refused::<()>(Err(error), &shelf),
        other => panic!("{other:?}"),
    };
    refused(shelves.update(shelf.id(), overfill));
    refused(library.blocking().update((shelf.id(), other.id()), |(shelf, _)| overfill(shelf)));
    refused(pollster::block_on(library.shelves.update_async(shelf.id(), async |mut shelf| {
        overfill(&mut shelf);
        Ok((shelf, ()))
    })));
    shelves.update(shelf.id(), |shelf| assert_eq!(shelf.version(), 1)).unwrap();
    assert_eq!(shelves.get(shelf.id()).unwrap().books, [""; 0]);
}

#[test]
fn is_not_saved_if_it_replaced_the_root_before() {
    let shelves = Repository::<Shelf>::new(MemoryStore::new()).blocking();
    let mut shelf = Shelf::build();
    shelves.save(&mut shelf).unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| shelf.tear())).is_err());
    shelf.put("one", 1);
    assert!(matches!(shelves.save(&mut shelf), Err(SaveError::EventPanicked { event: "Torn", .. })));
    assert_eq!(shelves.ids().next_page().unwrap().len(), 1);
}

static OTHER: Mutex<Option<Shelf>> = Mutex::new(None);

fn exchange(shelf: &mut Shelf) {
    if let Some(other) = OTHER.lock().unwrap().as_mut() {
        mem::swap(shelf, other);
    }
}

fn leave_a_clone(shelf: &Shelf) {
    *LEFT.lock().unwrap() = Some(shelf.clone());
}

static LEFT: Mutex<Option<Shelf>> = Mutex::new(None);

/// What an event was applied to half is not saved either where the event has put it.
#[test]
fn is_not_saved_from_elsewhere() {
    let shelves = Repository::<Shelf>::new(MemoryStore::new()).blocking();
    let mut shelf = Shelf::build();
    shelves.save(&mut shelf).unwrap();

    *OTHER.lock().unwrap() = Some(other());
    assert!(catch_unwind(AssertUnwindSafe(|| shelf.exchange_after_a_page())).is_err());
    let mut exchanged = OTHER.lock().unwrap().take().unwrap();
    assert_eq!((exchanged.id(), exchanged.pages), (shelf_id(&shelves), 1));
    exchanged.tear_nothing();
    let saved = shelves.save(&mut exchanged);
    assert!(matches!(saved, Err(SaveError::EventPanicked { event: "Exchanged", .. })), "{saved:?}");

    let mut shelf = shelves.get(shelf_id(&shelves)).unwrap();
    shelf.leave_a_clone();
    let saved = shelves.save(&mut LEFT.lock().unwrap().take().unwrap());
    assert!(matches!(saved, Err(SaveError::EventPanicked { event: "CloneLeft", .. })), "{saved:?}");
    shelves.save(&mut shelf).unwrap();
}

fn shelf_id(shelves: &eventsourcing::blocking::Repository<Shelf>) -> Id<Shelf> {
    shelves.ids().next_page().unwrap()[0]
}
