//! Systems that keep no names for datagrams: readers in other processes look after their poll interval.

use std::path::Path;

#[derive(Debug)]
pub(super) struct Bell;

#[derive(Debug)]
pub(super) struct Listening;

impl Bell {
    pub(super) const fn new(_: Option<&Path>) -> Self {
        Self
    }

    pub(super) const fn ring(&self) {}

    pub(super) fn listen(&self, _: impl Fn() + Send + 'static) -> Option<Listening> {
        None
    }
}
