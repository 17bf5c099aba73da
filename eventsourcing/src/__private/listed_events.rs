//! Whether a projection or a process says something of each event, seen by the compiler.
#![expect(
    clippy::indexing_slicing,
    reason = "`const` has no iterators; the compiler runs this, and an index out of bounds ends it"
)]

use std::convert::Infallible;
use std::marker::PhantomData;

use crate::__private::locked::Message;
use crate::__private::names::same;

/// An enum of events whose variants are known by name: one that our macros have seen.
pub trait ListedEvents {
    const VARIANTS: &'static [&'static str];
}

/// Where an enum lists its events: an item of `EventsOfView` itself, where its bounds hold, stands before one of a trait.
#[derive(Debug)]
pub struct EventsOfView<E>(PhantomData<E>);

impl<E: ListedEvents> EventsOfView<E> {
    pub const VARIANTS: &'static [&'static str] = E::VARIANTS;

    /// What is left for the compiler to find in a `match`.
    #[must_use]
    pub const fn others() -> Others<Infallible> {
        Others::AreListed
    }
}

pub trait NotListed {
    const VARIANTS: &'static [&'static str] = &[];

    #[must_use]
    fn others() -> Others<()> {
        Others::HandleOrIgnore(())
    }
}

impl<E> NotListed for EventsOfView<E> {}

/// The events of which nothing is said: the compiler's message about a `match` that lacks them names the last variant, which cannot be where all are
/// listed.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "generated code matches it")]
pub enum Others<T> {
    AreListed,
    HandleOrIgnore(T),
}

/// What handles events, and how it is written.
#[derive(Debug)]
pub struct By {
    /// What stands before and after the event on a handler.
    on: (&'static str, &'static str),
    block: &'static str,
}

pub const PROJECTION: By = By { on: ("`#[on(", ")]`"), block: "projection" };
pub const PROCESS: By = By { on: ("`#[continues(", ", id = ..)]`, or the same with `starts`,"), block: "process" };

/// Fails to compile if one of the events is not among those of which something is said.
#[track_caller]
pub const fn assert_handled(by: &By, events: &str, variants: &[&str], said: &[&str]) {
    let (mut missing, mut first, mut n) = (Message::new(), "", 0);
    let mut count = 0;
    while n < variants.len() {
        if !is_among(variants[n], said) {
            if count == 0 {
                first = variants[n];
            } else {
                missing = missing.text(", ");
            }
            missing = missing.text("`").text(variants[n]).text("`");
            count += 1;
        }
        n += 1;
    }
    if count == 0 {
        return;
    }
    let message = missing.text(if count == 1 { " is" } else { " are" }).text(" neither handled nor ignored: write ");
    let message = message.text(by.on.0).text(events).text("::").text(first).text(by.on.1);
    let message = message.text(" on a handler, or `ignore(").text(events).text("::").text(first);
    message.text(")` in `#[").text(by.block).text("(..)]`").panic();
}

pub(super) const fn is_among(name: &str, names: &[&str]) -> bool {
    let mut n = 0;
    while n < names.len() {
        if same(names[n], name) {
            return true;
        }
        n += 1;
    }
    false
}
