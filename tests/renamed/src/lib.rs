//! Every macro, where the framework has another name and is found through a path of the user's own. A path in generated code that
//! says `eventsourcing` does not compile here.

/// Where this crate keeps its framework.
pub mod framework {
    pub use es::*;
}

use es::Apply;
use es::prelude::*;
use serde::{Deserialize, Serialize};

/// A bank account.
#[derive(Aggregate, Debug)]
#[aggregate(crate = ::es)]
pub struct Account {
    root: Root<Self>,
    #[aggregate(unique)]
    owner: String,
}

#[events(crate = ::es)]
impl Account {
    /// Opens an account.
    #[event(Opened)]
    pub fn open(owner: &str) -> Self {
        Self { root: Root::new(), owner: owner.to_owned() }
    }

    /// Gives it to another owner.
    pub fn give(&mut self, owner: &str) {
        if owner != self.owner {
            self.given(owner);
        }
    }

    #[event(Given)]
    fn given(&mut self, owner: &str) {
        owner.clone_into(&mut self.owner);
    }
}

/// A lamp, wherever this is called: in a crate that need not know the framework. What is made of it finds that by `$crate`.
#[macro_export]
macro_rules! lamp {
    ($lamp:ident) => {
        /// A lamp.
        #[derive(Debug, $crate::framework::Aggregate)]
        #[aggregate(snapshot_every = 1, crate = $crate::framework)]
        pub struct $lamp {
            root: $crate::framework::Root<Self>,
            colour: $crate::framework::Id<Self>,
        }

        #[$crate::framework::events(crate = $crate::framework)]
        impl $lamp {
            /// Makes one.
            #[event(Made, version = 2)]
            pub fn make(colour: $crate::framework::Id<Self>) -> Self {
                Self { root: $crate::framework::Root::new(), colour }
            }

            #[upcast(Made, from = 1)]
            fn made_v1(colour: std::collections::BTreeSet<u8>) -> ::std::option::Option<LampEvent> {
                let _ = colour;
                None
            }

            /// Changes it.
            #[event(Coloured)]
            pub fn colour(&mut self, numbers: std::collections::BTreeMap<String, u8>) {
                let _ = numbers;
            }

            /// The same, as a command.
            pub fn change(&mut self) {
                self.colour(Default::default());
            }
        }

        /// Events of one's own.
        #[$crate::framework::event(crate = $crate::framework, retired(Gone))]
        #[derive(Debug)]
        pub enum SwitchEvent {
            /// It was made.
            Made {
                /// By whom.
                by: std::collections::BTreeSet<u8>,
            },
        }

        #[$crate::framework::upcast(crate = $crate::framework)]
        impl SwitchEvent {
            #[upcast(Gone, from = 1)]
            fn gone(by: std::collections::BTreeSet<u8>) -> Self {
                Self::Made { by }
            }
        }

        /// A house.
        #[derive(Debug, $crate::framework::Application)]
        #[application(crate = $crate::framework)]
        pub struct House {
            /// Its lamps.
            pub lamps: $crate::framework::Repository<$lamp>,
        }

        /// A size.
        #[derive(Debug, $crate::framework::Schema)]
        #[schema(crate = $crate::framework)]
        pub struct Size(u8);

        /// A row.
        #[derive(Clone, Debug, $crate::framework::View)]
        #[view(crate = $crate::framework)]
        pub struct Lit {
            /// The lamp.
            #[view(key)]
            pub lamp: $crate::framework::Id<$lamp>,
        }

        #[$crate::framework::projection(version = 1, crate = $crate::framework, ignore(LampEvent::Coloured))]
        impl Lit {
            #[on(LampEvent::Made)]
            fn made(at: &$crate::framework::view::At<$lamp>) -> Self {
                Self { lamp: at.id() }
            }
        }

        #[$crate::framework::process(app = House, crate = $crate::framework, ignore(LampEvent::Coloured))]
        impl $lamp {
            #[continues(LampEvent::Made, id = colour)]
            async fn made(
                &mut self,
                colour: $crate::framework::Id<$lamp>,
                cx: &mut $crate::framework::process::Reaction<'_, House>,
            ) {
                cx.timer("dark", cx.now());
                if self.colour == colour {
                    self.change();
                }
            }

            #[timer("dark")]
            fn dark(&mut self) {
                self.colour(std::iter::once((self.colour.to_string(), 0)).collect());
            }
        }
    };
}

/// What happens to a door.
#[event(crate = crate::framework)]
#[derive(Debug)]
pub enum DoorEvent {
    /// It is put in.
    Installed {
        /// Its colour.
        colour: String,
    },
}

/// A door.
#[derive(Aggregate, Debug)]
#[aggregate(event = DoorEvent, crate = crate::framework)]
pub struct Door {
    root: Root<Self>,
    #[aggregate(unique)]
    colour: String,
}

impl Apply for Door {
    type Event = DoorEvent;

    fn create(DoorEvent::Installed { colour }: DoorEvent) -> Option<Self> {
        Some(Self { root: Root::new(), colour })
    }

    fn apply(&mut self, DoorEvent::Installed { colour }: DoorEvent) {
        self.colour = colour;
    }
}

/// Where a parcel goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Schema)]
#[schema(crate = crate::framework)]
pub struct Address {
    street: String,
    floors: Option<Vec<u8>>,
}

/// What a parcel is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Schema)]
#[schema(crate = ::es)]
pub enum Content {
    /// Letters.
    Letters(u8, u8),
    /// Something else.
    Other {
        /// What it is.
        what: String,
    },
}

/// A parcel.
#[derive(Aggregate, Debug, PartialEq)]
#[aggregate(snapshot_every = 1, crate = ::es)]
pub struct Parcel {
    root: Root<Self>,
    to: Address,
    content: Content,
}

#[events(retired(Moved), crate = ::es)]
impl Parcel {
    /// Sends a parcel.
    #[event(Sent, version = 2)]
    pub fn send(to: Address, content: Content) -> Self {
        Self { root: Root::new(), to, content }
    }

    #[upcast(Sent, from = 1)]
    fn sent_v1(to: Address) -> Vec<ParcelEvent> {
        vec![ParcelEvent::Sent { to, content: Content::Letters(0, 0) }]
    }

    #[upcast(Moved, from = 1)]
    fn moved_v1() -> Option<ParcelEvent> {
        None
    }
}

/// What happens to a box.
#[event(retired(Shaken), crate = ::es)]
#[derive(Debug)]
pub enum BoxEvent {
    /// It is packed.
    #[event(version = 2)]
    Packed {
        /// How many things are in it.
        things: u64,
    },
}

#[upcast(crate = crate::framework)]
impl BoxEvent {
    #[upcast(Packed, from = 1)]
    fn packed_v1() -> Self {
        Self::Packed { things: 1 }
    }

    #[upcast(Shaken, from = 1)]
    fn shaken_v1(times: u8) -> [Self; 1] {
        [Self::Packed { things: times.into() }]
    }
}

/// Who has what.
#[derive(View, Clone, Debug, PartialEq)]
#[view(crate = ::es)]
pub struct Owned {
    #[view(key)]
    id: Id<Account>,
    #[view(index)]
    owner: String,
    #[view(index)]
    content: Option<Content>,
}

#[projection(version = 1, crate = crate::framework)]
impl Owned {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>, owner: &str) -> Self {
        Self { id: at.id(), owner: owner.to_owned(), content: None }
    }

    #[on(AccountEvent::Given)]
    fn given(&mut self, owner: String) {
        self.content = Some(Content::Other { what: std::mem::replace(&mut self.owner, owner) });
    }
}

/// Who was given what, in SQL.
#[derive(Debug)]
pub struct Given;

#[projection(version = 1, crate = crate::framework)]
impl Given {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> es::rusqlite::Result<()> {
        tx.execute_batch("CREATE TABLE given (account BLOB, owner TEXT)")
    }

    #[on(AccountEvent::Opened, key = owner)]
    fn opened(tx: &SqliteTx<'_>, at: &At<Account>, owner: &str) -> es::rusqlite::Result<()> {
        tx.execute("INSERT INTO given VALUES (?1, ?2)", (at.id(), owner)).map(drop)
    }

    #[on(AccountEvent::Given, key = owner)]
    fn given(tx: &SqliteTx<'_>, at: &At<Account>, owner: String) -> es::rusqlite::Result<()> {
        Self::opened(tx, at, &owner)
    }
}

/// How often an account was given.
#[derive(Aggregate, Debug)]
#[aggregate(crate = ::es)]
pub struct Watch {
    root: Root<Self>,
    times: u32,
}

#[events(crate = ::es)]
impl Watch {
    /// Begins with an account.
    #[event(Begun)]
    pub fn begin(account: Id<Account>) -> Self {
        Self { root: Root::with_id(account.as_uuid().into()), times: 0 }
    }

    #[event(Seen)]
    fn see(&mut self, times: u32) {
        self.times = times;
    }
}

#[process(app = House, crate = crate::framework)]
impl Watch {
    #[starts(AccountEvent::Opened, id = at.id())]
    fn opened(at: &At<Account>, cx: &mut Reaction<'_, House>) -> Self {
        cx.timer("later", at.recorded_at());
        Self::begin(at.id())
    }

    #[continues(AccountEvent::Given, id = at.id())]
    async fn given(&mut self, at: &At<Account>, cx: &mut Reaction<'_, House>) -> Result<(), LoadError> {
        if cx.get(at.id()).await?.owner != "alice" {
            self.see(self.times + 1);
        }
        Ok(())
    }

    #[timer("later")]
    fn later(&mut self) {
        self.see(0);
    }
}

/// All of it.
#[derive(Application, Debug)]
#[application(crate = ::es)]
pub struct House {
    /// Who lives here.
    pub accounts: Repository<Account>,
    /// What they go through.
    pub doors: Repository<Door>,
    /// Who watches.
    pub watches: Repository<Watch>,
}

#[cfg(test)]
mod tests {
    use super::*;

    es::history_tests!(House, Repository<Parcel>);

    #[test]
    fn older_events_and_snapshots_too() {
        let parcels = Repository::<Parcel>::new(MemoryStore::new()).check_replay().blocking();
        let to = Address { street: "Main St".to_owned(), floors: None };
        let mut parcel = Parcel::send(to, Content::Other { what: "a book".to_owned() });
        parcels.save(&mut parcel).unwrap();
        assert_eq!(parcels.get(parcel.id()).unwrap(), parcel);
        assert_eq!(ParcelEvent::UPCASTERS.len() + BoxEvent::UPCASTERS.len(), 4);
    }

    #[test]
    fn views_too() {
        let store = MemoryStore::new();
        let views = Views::memory().with::<Owned>();
        let running = views.run(store.clone()).unwrap();
        let mut account = Account::open("alice");
        account.give("bob");
        Repository::<Account>::new(store).blocking().save(&mut account).unwrap();
        running.stop_blocking();
        assert_eq!((Owned::NAME, Owned::COLUMNS.len()), ("Owned", 3));
    }

    #[test]
    fn views_in_sql_too() {
        assert_eq!(<Given as es::view::SqlProjection>::NAME, "Given");
        assert_eq!(<Given as es::view::SqlProjection>::SOURCES.len(), 1);
    }

    #[test]
    fn processes_too() {
        assert_eq!((<Watch as es::Process>::TIMERS, <Watch as es::Process>::SOURCES.len()), (&["later"][..], 1));
    }

    #[test]
    fn it_works_under_another_name() {
        let house = House::new(MemoryStore::new());
        let mut account = Account::open("alice");
        account.give("bob");
        let mut door = Door::begin(DoorEvent::Installed { colour: "red".to_owned() }).unwrap();
        house.blocking().commit((&mut account, &mut door)).unwrap();
        assert_eq!(house.accounts.blocking().get(account.id()).unwrap().owner, "bob");
        assert_eq!(house.doors.blocking().get(door.id()).unwrap().colour, "red");
    }
}
