//! What is moved means what it meant where it was written: `Self`, attributes, early exits; and no lint sees what was made of it.

#![deny(unused, deprecated)]

use std::borrow::Cow;
use std::path::Path;

use eventsourcing as es;
use eventsourcing::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(Aggregate, Clone, Debug, PartialEq)]
struct Node {
    root: Root<Self>,
    links: Vec<Id<Self>>,
    label: String,
}

#[events]
impl Node {
    #![allow(clippy::let_unit_value)]

    #[event(Made)]
    fn make(mut label: &str, path: &Path, _unused: u8, unread: &str) -> Node {
        #![expect(unused_variables)]
        let unused = path;
        let Some(rest) = label.strip_prefix('#') else {
            return Self { root: Root::new(), links: Vec::new(), label: label.to_owned() };
        };
        label = rest;
        Self { root: Root::new(), links: Vec::new(), label: format!("{label}!") }
    }

    #[event(Linked)]
    fn link(&mut self, to: Id<Self>, also: &[Id<Self>], label: Cow<'static, str>) {
        self.links.push(to);
        if also.is_empty() {
            return;
        }
        self.links.extend(also);
        self.label = label.into_owned();
    }

    fn link_all(
        &mut self,
        to: impl Into<Id<Self>>,
        other: &mut Self,
        keep: impl Fn(&Self) -> Option<Self>,
    ) -> Vec<Self> {
        #![expect(unused_must_use)]
        Err::<Self, ()>(());
        assert!(format!("{self:?}").starts_with("Node"));
        self.link(to.into(), &[], "".into());
        self.link(self.id(), &self.links.clone(), Cow::Owned(format!("{}?", self.label)));
        let this: &Self = self;
        other.link(this.id(), &[], "".into());

        #[derive(Debug, Default, PartialEq)]
        struct Inner(Option<Box<Self>>);
        impl Inner {
            fn new() -> Self {
                Self(None)
            }
        }
        trait Same: Sized {
            fn same(self) -> Self {
                self
            }
        }
        impl Same for Inner {}
        assert_eq!(Inner::default().same(), Inner::new());

        keep(self).into_iter().filter(|Self { label, .. }| matches!(label.as_str(), Self::KEPT)).collect()
    }

    fn longest(&mut self) -> impl Iterator<Item = usize> + use<> {
        vec![self.label.len()].into_iter()
    }

    #[track_caller]
    fn line(&mut self) -> u32 {
        std::panic::Location::caller().line()
    }

    #[deprecated = "relabel it"]
    #[event(Cleared)]
    fn clear(&mut self) {
        self.label.clear();
    }

    #[expect(deprecated)]
    fn clear_twice(&mut self) {
        self.clear();
        self.clear();
    }

    #[event(Dropped)]
    fn never(&mut self, _why: u8) {
        todo!()
    }

    const KEPT: &'static str = "a!?";
}

/// Fields that are called as the events are.
#[derive(Aggregate)]
struct Shelf {
    root: Root<Self>,
    open: bool,
    stock: [u32; 1],
}

#[events]
impl Shelf {
    #[event(Built)]
    fn build() -> Self {
        Self { root: Root::new(), open: false, stock: [0] }
    }

    #[event(Opened)]
    fn open(&mut self) {
        self.open = true;
    }

    #[event(Stocked)]
    fn stock(&mut self, number: u32) {
        if self.open {
            self.stock[0] += number;
        }
        match self.open {
            true => {}
            false => self.stock[0] = 0,
        }
    }
}

const ELSEWHERE: &str = "elsewhere";

#[derive(es::Aggregate)]
#[aggregate(name = ELSEWHERE)]
struct Elsewhere<T> {
    root: es::Root<Self>,
    value: Option<T>,
}

// The bounds stand at the events alone.
#[es::events]
#[cfg(all())]
impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Elsewhere<T> {
    #[es::event(Made)]
    fn make() -> Elsewhere<T> {
        Self { root: es::Root::new(), value: None }
    }

    #[es::event(Set)]
    fn set(&mut self, value: T, _like: Option<Id<Self>>) {
        self.value = Some(value);
    }

    fn swap(&mut self, value: T) -> Option<T> {
        let before = self.value.clone();
        self.set(value, Some(self.id()));
        before
    }
}

macro_rules! counter {
    ($name:ident, $ty:ty, $stored:literal, $make:block, $vis:vis) => {
        #[derive(Aggregate)]
        $vis struct $name {
            root: Root<Self>,
            count: u8,
        }

        #[events]
        impl $ty {
            #[event(Made, name = $stored)]
            $vis fn make() -> $ty $make

            #[event(Counted)]
            $vis fn count(&mut self) {
                self.count += 1;
            }

            $vis fn twice(&mut self) {
                self.count();
                self.count();
            }
        }
    };
}

/// Whose derive says its name, and whose bodies stand on one line.
#[deprecated = "use a counter"]
#[derive(Aggregate, Clone, Debug, PartialEq)]
struct OneLine {
    root: Root<Self>,
    label: String,
    count: usize,
}

#[allow(deprecated)]
#[events]
#[rustfmt::skip]
impl OneLine {
    #[event(Made)]
    fn make(label: &str) -> Self { Self { root: Root::new(), label: label.to_owned(), count: 7 } }

    #[event(Changed)]
    fn change(&mut self, label: &str) { self.label.push_str(label) }

    fn held(&mut self) -> usize { self.change("-"); self.count }
}

#[allow(deprecated)]
fn one_line() {
    let mut one_line = OneLine::make("a");
    assert_eq!((one_line.held(), &*one_line.label), (7, "a-"));
}

counter!(Counter, Counter, "made", { Self { root: Root::new(), count: 0 } }, pub(crate));

fn main() {
    let mut shelf = Shelf::build();
    shelf.open();
    shelf.stock(2);
    assert_eq!(shelf.stock, [2]);
    let nodes = Repository::<Node>::new(MemoryStore::new()).check_replay().blocking();
    let mut node = Node::make("#a", Path::new("p"), 1, "unread");
    let mut other = Node::make("b", Path::new("p"), 1, "unread");
    let kept = node.link_all(other.id(), &mut other, |node| Some(node.clone()));
    assert_eq!(kept, [node.clone()]);
    assert_eq!(node.links, [other.id(), node.id(), other.id()]);
    assert_eq!((other.links[0], &*other.label), (node.id(), "b"));
    assert_eq!(node.longest().next(), Some(3));
    assert_eq!(node.line(), line!());
    node.clear_twice();
    assert_eq!(node.version(), 5);
    let _: fn(&mut Node, u8) = Node::never;
    nodes.save(&mut node).unwrap();

    let mut elsewhere = Elsewhere::make();
    assert_eq!((elsewhere.swap(1), elsewhere.swap(2)), (None, Some(1)));

    let mut counter = Counter::make();
    counter.twice();
    assert_eq!((counter.count, counter.pending_events()[0].kind().name()), (2, "made"));

    one_line();
}
