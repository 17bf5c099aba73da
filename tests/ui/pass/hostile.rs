//! Everything that generated code could name means something else here.

#![allow(dead_code, non_camel_case_types)]

mod std {}
mod core {}
mod alloc {}
mod serde {}
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
macro_rules! concat { ($($any:tt)*) => { compile_error!("shadowed") }; }
macro_rules! unreachable { ($($any:tt)*) => { compile_error!("shadowed") }; }

use ::eventsourcing::{Aggregate as _, FromStore as _};

#[derive(::eventsourcing::Aggregate, ::core::clone::Clone)]
struct Hostile {
    #[aggregate(root)]
    event: ::eventsourcing::Root<Self>,
    root: u8,
    state: ::std::string::String,
}

#[::eventsourcing::events]
impl Hostile {
    #[event(Made)]
    fn make(event: &str, other: u8, __event: u8, record: &[u8], f: bool) -> Self {
        Self { event: ::eventsourcing::Root::new(), root: other, state: event.into() }
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

    #[event(Ended, discard)]
    fn apply(&mut self) {}
}

#[::eventsourcing::event]
enum Own {
    Made { event: u8 },
    r#type,
}

#[derive(::eventsourcing::Application)]
struct App {
    store: ::eventsourcing::Repository<Hostile>,
}

fn main() {
    let mut hostile = Hostile::make("x", 1, 2, &[], true);
    assert!(hostile.kind(::std::string::String::from("y")).is_ok());
    hostile.apply();
    assert_eq!((hostile.version(), hostile.root, &*hostile.state), (3, 3, "xy"));
}
