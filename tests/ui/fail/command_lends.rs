use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
    owner: String,
}

#[events]
impl Account {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new(), owner: String::new() }
    }

    fn owner(&mut self) -> &str {
        &self.owner
    }

    fn maybe(&mut self) -> Option<std::borrow::Cow<'_, str>> {
        None
    }

    fn hidden(&mut self) -> Option<std::borrow::Cow<str>> {
        None
    }

    fn named<'a>(&'a mut self) -> &'a str {
        &self.owner
    }

    fn letters(&mut self) -> impl Iterator<Item = char> {
        self.owner.chars()
    }

    fn conditional(&mut self, #[cfg(any())] gone: u8) {}

    const fn constant(&mut self) {}

    unsafe fn dangerous(&mut self) {}
}

fn main() {}
