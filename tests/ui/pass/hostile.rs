//! Everything that generated code could name means something else here.

#![allow(dead_code, non_camel_case_types)]

mod std {}
mod core {}
mod alloc {}
struct Result;
struct Option;
struct Some;
struct None;
struct Ok;
struct Err;
struct Vec;
struct Box;
struct String;
struct Self_;
struct Clone;
struct Debug;
struct PartialEq;
struct Serialize;
struct Deserialize;
struct ToOwned;
struct Borrow;
struct Deref;
struct Event;
struct EventKind;
struct Apply;
struct Sized;
struct Send;
struct Formatter;
struct FnMut;
struct Column;
struct Cell;
struct Others;
struct NotListed;
struct EventsOfView;
struct IndexedColumn;
fn assert_handled() {}
fn __said() {}
macro_rules! concat { ($($any:tt)*) => { compile_error!("shadowed") }; }
macro_rules! unreachable { ($($any:tt)*) => { compile_error!("shadowed") }; }

use ::eventsourcing::Aggregate as _;
use ::eventsourcing::application::FromStore as _;

#[derive(::eventsourcing::Aggregate, ::core::clone::Clone)]
struct Hostile {
    #[aggregate(root)]
    event: ::eventsourcing::Root<Self>,
    #[aggregate(unique)]
    root: u8,
    #[aggregate(unique)]
    state: ::std::string::String,
}

#[::eventsourcing::events]
impl Hostile {
    #[event(Made)]
    fn make(event: &str, other: u8, __event: u8, record: &[u8], f: bool) -> Self {
        Self { event: ::eventsourcing::Root::new(), root: other.max(__event), state: event.into() }
    }

    #[event(Changed)]
    fn change(&mut self, kind: &::std::string::String, self_: u8, mut this: u8, name: ::std::option::Option<u8>) {
        this += self_;
        self.root = this;
        self.state.push_str(kind);
    }

    fn kind(&mut self, kind: ::std::string::String) -> ::std::result::Result<u8, u8> {
        self.change(&kind, 1, 2, ::std::option::Option::None);
        ::std::result::Result::Ok(self.root)
    }

    /// Each value has such methods of a trait.
    fn into(&mut self) -> u8 {
        self.root
    }

    fn by_value(&mut self) -> u8 {
        self.into()
    }

    #[event(Ended, discard)]
    fn apply(&mut self) {}
}

trait OfAll: ::core::marker::Sized {
    fn by_value(self) -> u8 {
        ::core::panic!("not the command")
    }
}

impl<T> OfAll for T {}

#[::eventsourcing::event(retired(gone))]
enum Own {
    #[event(version = 2)]
    Made { event: u8 },
    r#type,
}

#[::eventsourcing::upcast]
impl Own {
    #[upcast(Made, from = 1)]
    fn upcast(r#type: ::std::option::Option<u8>, event: &[u8]) -> ::std::vec::Vec<Self> {
        let made = Self::Made { event: r#type.unwrap_or(event[0]) };
        ::std::vec![made, Self::r#type]
    }
}

#[derive(::core::clone::Clone, ::serde::Serialize, ::serde::Deserialize, ::eventsourcing::Schema)]
struct Schema<TYPE> {
    r#type: TYPE,
    define: ::std::option::Option<::std::string::String>,
}

#[derive(::core::clone::Clone, ::serde::Serialize, ::serde::Deserialize, ::eventsourcing::Schema)]
enum Variants {
    Plain,
    Named { r#type: Schema<u8> },
    Tuple(u8, Schema<::std::string::String>),
}

#[derive(::eventsourcing::Aggregate, ::core::clone::Clone)]
#[aggregate(snapshot_every = 1)]
struct Snapshot {
    root: ::eventsourcing::Root<Self>,
    state: Variants,
    r#type: ::std::option::Option<u8>,
    serializer: u8,
    __of: u8,
    parent: ::std::option::Option<::eventsourcing::Id<Self>>,
}

#[::eventsourcing::events(retired(Old))]
impl Snapshot {
    #[event(Made, version = 3)]
    fn make(state: Variants) -> Self {
        let (r#type, parent) = (::std::option::Option::None, ::std::option::Option::None);
        Self { root: ::eventsourcing::Root::new(), state, r#type, serializer: 0, __of: 0, parent }
    }

    #[upcast(Made, from = 1)]
    fn made_v1() -> [SnapshotEvent; 1] {
        [SnapshotEvent::Made { state: Variants::Plain }]
    }

    #[upcast(Made, from = 2)]
    fn made_v2(state: Variants) -> ::std::option::Option<SnapshotEvent> {
        ::std::option::Option::Some(SnapshotEvent::Made { state })
    }
}

/// Of a name that generated code has a use for, in what it is and in what it holds.
#[derive(::eventsourcing::Aggregate)]
#[aggregate(snapshot_every = 1)]
struct __State {
    root: ::eventsourcing::Root<Self>,
    held: __State_,
}

#[derive(
    ::std::clone::Clone, ::std::marker::Copy, ::std::cmp::PartialEq, ::std::fmt::Debug, ::serde::Serialize, ::serde::Deserialize,
    ::eventsourcing::Schema,
)]
#[allow(non_camel_case_types)]
struct __State_(u8);

#[::eventsourcing::events]
impl __State {
    #[event(Made)]
    fn make(held: __State_) -> Self {
        Self { root: ::eventsourcing::Root::new(), held }
    }

    fn look(&mut self) -> __State_ {
        self.held
    }
}

/// Of names that the type of a command's `self` has.
#[derive(::eventsourcing::Aggregate)]
struct Wrapped {
    root: ::eventsourcing::Root<Self>,
    __held: OnlyEventsChangeState,
}

#[derive(
    ::std::clone::Clone, ::std::marker::Copy, ::std::cmp::PartialEq, ::std::fmt::Debug, ::serde::Serialize, ::serde::Deserialize,
    ::eventsourcing::Schema,
)]
struct OnlyEventsChangeState(u8);

#[::eventsourcing::events]
impl Wrapped {
    #[event(Made)]
    fn make(held: OnlyEventsChangeState) -> Self {
        Self { root: ::eventsourcing::Root::new(), __held: held }
    }

    #[event(Changed)]
    fn change(&mut self) {
        self.__held = OnlyEventsChangeState(5);
    }

    fn __of(&mut self, other: &mut Self) -> OnlyEventsChangeState {
        other.change();
        self.__held
    }

    fn borrowing<'__a>(&mut self, (one, __argument_1): (&'__a u8, u8), __argument_2: u8) -> u8 {
        *one + __argument_1 + __argument_2 + self.__held.0
    }
}

#[derive(::eventsourcing::Application)]
struct App {
    store: ::eventsourcing::Repository<Hostile>,
    snapshots: ::eventsourcing::Repository<Snapshot>,
    reacting: ::eventsourcing::Repository<Reacting>,
    bare: ::eventsourcing::Repository<bare::Bare>,
}

#[derive(::core::clone::Clone, ::eventsourcing::View)]
struct View {
    #[view(key)]
    key: ::eventsourcing::Id<Hostile>,
    #[view(key, index)]
    r#type: ::std::string::String,
    at: ::std::option::Option<u8>,
    #[view(index)]
    __each: Variants,
    __cells: ::std::option::Option<Variants>,
}

#[::eventsourcing::projection(version = 1, ignore(HostileEvent::Ended))]
impl View {
    #[on(HostileEvent::Made, key = (at.id(), event))]
    fn key(event: &::std::string::String, #[field(__event)] _at: u8, #[field(other)] __to: &u8) -> Self {
        Self::write(::std::option::Option::None, event, ::std::option::Option::None)
    }

    #[on(HostileEvent::Changed, key = { let __at = at.id(); (__at, ::std::format!("{kind}")) })]
    fn write(this: ::std::option::Option<Self>, kind: &str, name: ::std::option::Option<u8>) -> Self {
        let (__each, __cells) = (Variants::Plain, ::std::option::Option::None);
        let key = this.map(|row| row.key).unwrap_or_else(::eventsourcing::Id::new);
        Self { key, r#type: kind.into(), at: name, __each, __cells }
    }
}

struct Sqlite;
struct SqliteTx;
struct SqlKey;
mod rusqlite {}

#[::eventsourcing::projection(version = 1, ignore(HostileEvent::Ended))]
impl SqliteTx {
    #[setup]
    fn run(__tx: &::eventsourcing::view::SqliteTx<'_>) -> ::eventsourcing::rusqlite::Result<()> {
        __tx.execute_batch("CREATE TABLE t (a)")
    }

    #[on(HostileEvent::Made, key = (at.id(), event))]
    fn setup(
        tx: &::eventsourcing::view::SqliteTx<'_>,
        event: &::std::string::String,
        #[field(__event)] _at: u8,
        #[field(other)] __handler: &u8,
    ) -> ::eventsourcing::rusqlite::Result<()> {
        tx.execute("INSERT INTO t VALUES (?1)", [event]).map(::core::mem::drop)
    }

    #[on(HostileEvent::Changed, key = { let __tx = at.id(); (__tx, ::std::format!("{kind}")) })]
    fn route(
        tx: &::eventsourcing::view::SqliteTx<'_>,
        kind: &str,
        name: ::std::option::Option<u8>,
    ) -> ::eventsourcing::rusqlite::Result<()> {
        tx.execute("INSERT INTO t SELECT ?1 WHERE ?2 > ''", (name.is_some(), kind)).map(::core::mem::drop)
    }
}

struct Process;
struct Reacts;
struct Reaction;
struct To;
struct Mode;
struct InstanceOf;
struct Returned;
struct Lending;
struct ChangedBy;
const __METHODS: u8 = 0;

#[derive(::eventsourcing::Aggregate, ::core::clone::Clone)]
struct Reacting {
    root: ::eventsourcing::Root<Self>,
    __this: u8,
    __lend_to_change: u8,
}

#[::eventsourcing::events]
impl Reacting {
    #[event(Made)]
    fn make() -> Self {
        Self { root: ::eventsourcing::Root::new(), __this: 1, __lend_to_change: 0 }
    }

    #[event(Changed)]
    fn change(&mut self, __argument_0: u8, __by: &str) {
        self.__this = __argument_0;
    }

    #[event(Typed)]
    fn r#type(&mut self) {}

    fn react(&mut self) -> ::std::result::Result<u8, u8> {
        self.change(self.__this, "x");
        ::std::result::Result::Ok(self.__this)
    }
}

#[::eventsourcing::process(app = App, ignore(HostileEvent::Ended))]
impl Reacting {
    #[starts(HostileEvent::Made, id = event)]
    fn made(event: &str, #[field(other)] __cx: u8, #[field(__event)] __handler: &u8) -> Self {
        Self::make()
    }

    #[continues(HostileEvent::Changed, id = { let __to = at.id(); (__to, ::std::format!("{kind}")).0 })]
    async fn changed(
        &mut self,
        at: &::eventsourcing::view::At<Hostile>,
        kind: &str,
        cx: &mut ::eventsourcing::process::Reaction<'_, App>,
    ) -> ::std::result::Result<(), ::std::string::String> {
        let __argument_0 = self.__this;
        cx.timer("due", cx.now());
        self.change(__argument_0 + self.__lend_to_change, if self.__this == 1 { kind } else { "" });
        let __this = self.react().map_err(|__error| __error.to_string())?;
        self.r#type();
        self.own(__this);
        ::std::result::Result::Ok(())
    }

    #[timer("due")]
    fn fire(&mut self) {
        self.own(self.__this);
    }

    fn own(&mut self, __timer: u8) {
        self.change(__timer, "");
    }
}

/// Nothing is in scope but what is named.
#[no_implicit_prelude]
mod bare {
    use ::eventsourcing::Aggregate as _;

    use super::{App, Hostile, HostileEvent};

    #[derive(::eventsourcing::Aggregate)]
    pub(super) struct Bare {
        root: ::eventsourcing::Root<Self>,
        changes: u8,
    }

    #[::eventsourcing::events]
    impl Bare {
        #[event(Made)]
        fn make() -> Self {
            Self { root: ::eventsourcing::Root::new(), changes: 0 }
        }

        #[event(Changed)]
        fn change(&mut self, changes: u8) {
            self.changes = changes;
        }
    }

    #[::eventsourcing::process(app = App, ignore(HostileEvent::..))]
    impl Bare {
        #[starts_or_continues(HostileEvent::Made, id = at.id())]
        async fn made(this: ::core::option::Option<Self>, at: &::eventsourcing::view::At<Hostile>) -> Self {
            this.unwrap_or_else(Self::make)
        }

        #[continues(HostileEvent::Changed, id = at.id())]
        async fn changed(&mut self, at: &::eventsourcing::view::At<Hostile>) {
            self.change(self.changes + 1);
        }

        #[timer("never")]
        fn never(&mut self, cx: &mut ::eventsourcing::process::Reaction<'_, App>) {
            cx.timer("never", cx.now());
            self.change(0);
        }
    }
}

fn main() {
    let timers = <Reacting as ::eventsourcing::Process>::TIMERS;
    assert_eq!((timers.len(), <Reacting as ::eventsourcing::Process>::SOURCES.len()), (1, 1));
    let _ = (Process, Reacts, Reaction, To, Mode, InstanceOf, Returned, Lending, ChangedBy, __METHODS);
    let mut reacting = Reacting::make();
    reacting.fire();
    assert_eq!((reacting.version().get(), reacting.__this), (2, 1));
    let in_sql = ::eventsourcing::Views::memory().with_sql::<SqliteTx>();
    let _ = (in_sql, Sqlite, SqlKey);
    assert_eq!(<View as ::eventsourcing::View>::COLUMNS.len(), 5);
    let views = ::eventsourcing::Views::memory().with::<View>();
    let _ = (views.all::<View>().by(View::__EACH, Variants::Plain), View::TYPE);
    let mut hostile = Hostile::make("x", 1, 0, &[], true);
    assert!(hostile.kind(::std::string::String::from("y")).is_ok());
    let lent = &mut hostile;
    assert_eq!((lent.into(), lent.by_value()), (3, 3));
    hostile.apply();
    let snapshots = ::eventsourcing::Repository::<Snapshot>::new(::eventsourcing::MemoryStore::new()).blocking();
    let mut saved = Snapshot::make(Variants::Named { r#type: Schema { r#type: 7, define: ::std::option::Option::None } });
    assert!(snapshots.save(&mut saved).is_ok());
    let loaded = snapshots.get(saved.id()).unwrap();
    assert!(matches!(loaded.state, Variants::Named { r#type: Schema { r#type: 7, .. } }));
    let states = ::eventsourcing::Repository::<__State>::new(::eventsourcing::MemoryStore::new()).blocking();
    let mut state = __State::make(__State_(7));
    assert!(states.save(&mut state).is_ok());
    assert_eq!(states.get(state.id()).unwrap().look(), __State_(7));
    let (mut wrapped, mut other) = (Wrapped::make(OnlyEventsChangeState(1)), Wrapped::make(OnlyEventsChangeState(2)));
    assert_eq!((wrapped.__of(&mut other), other.__held), (OnlyEventsChangeState(1), OnlyEventsChangeState(5)));
    assert_eq!(wrapped.borrowing((&1, 2), 3), 7);
    assert_eq!((hostile.version().get(), hostile.root, &*hostile.state), (3, 3, "xy"));
}
