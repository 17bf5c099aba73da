//! What an event borrows, it keeps a copy of, whatever `Self` and the methods of a type are where it is recorded.

#![deny(unused, clippy::all)]

use std::ffi::OsStr;
use std::path::Path;

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

/// With methods of its own that are called as those of `Clone`, `ToOwned` and `Borrow`.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Name(String);

impl Clone for Name {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[expect(clippy::should_implement_trait, reason = "what is not to be called")]
impl Name {
    pub fn clone(&self) -> i64 {
        unreachable!("called in place of `Clone`")
    }

    pub fn to_owned(&self) -> i64 {
        unreachable!("called in place of `ToOwned`")
    }

    pub fn borrow(&self) -> i64 {
        unreachable!("called in place of `Borrow`")
    }
}

trait Counted {
    type Unit;
}

#[derive(Aggregate, Debug, PartialEq)]
pub struct Letter {
    root: Root<Self>,
    lines: Vec<String>,
}

impl Counted for Letter {
    type Unit = i64;
}

impl Letter {
    const LEN: usize = 2;
}

#[events]
impl Letter {
    #[event(Written)]
    pub fn write(by: &Name, text: &str, bytes: &[u8], at: &Path, on: &OsStr) -> Self {
        Self { root: Root::new(), lines: vec![format!("{by:?} {text} {bytes:?} {at:?} {on:?}")] }
    }

    #[event(Answered)]
    fn answer(&mut self, to: &Id<Self>, before: &[Id<Self>], page: &[u8; Self::LEN], length: &<Self as Counted>::Unit) {
        self.lines.push(format!("{} {} {page:?} {length}", *to == self.id(), before.len()));
    }

    #[event(Signed)]
    fn sign(
        &mut self,
        mut by: &Name,
        others: &[Name],
        pair: &(Name, i64),
        #[serde(skip_serializing_if = "Option::is_none")] at: &Option<Name>,
    ) {
        if others.len() == 1 {
            by = &others[0];
        }
        self.lines.push(format!("{by:?} {pair:?} {at:?}"));
    }

    pub fn send(&mut self, by: &Name) {
        self.answer(&self.id(), &[self.id(), self.id()], &[1, 2], &7);
        self.sign(by, std::slice::from_ref(by), &(Name("c".to_owned()), 3), &None);
    }
}

fn main() {
    let letters = Repository::<Letter>::new(MemoryStore::new()).blocking();
    let name = |text: &str| Name(text.to_owned());
    let mut letter = Letter::write(&name("a"), "text", b"by", Path::new("/at"), OsStr::new("on"));
    letter.send(&name("b"));
    letters.save(&mut letter).unwrap();
    let lines = [r#"Name("a") text [98, 121] "/at" "on""#, "true 2 [1, 2] 7", r#"Name("b") (Name("c"), 3) None"#];
    assert_eq!(letters.get(letter.id()).unwrap().lines, lines);
    assert_eq!(letter.lines, lines);
}
