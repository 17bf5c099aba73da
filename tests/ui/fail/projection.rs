use eventsourcing::prelude::*;
use eventsourcing::view::At;

#[derive(Aggregate)]
pub struct Account {
    root: Root<Self>,
}

#[events]
impl Account {
    #[event(Opened)]
    pub fn open(owner: String) -> Self {
        Self { root: Root::new() }
    }

    #[event(Deposited)]
    pub fn deposit(&mut self, amount: i64) {}

    #[event(Withdrawn)]
    pub fn withdraw(&mut self, amount: i64) {}

    #[event(Closed)]
    pub fn close(&mut self) {}
}

#[event]
pub enum OtherEvent {
    Happened,
}

#[event]
pub enum Happened {
    Once,
    Twice,
}

#[derive(View, Clone)]
pub struct Balance {
    #[view(key)]
    id: Id<Account>,
    balance: i64,
}

/// The options, and what is handled or ignored twice.
#[projection(ignore(AccountEvent::Closed, AccountEvent::Opened, AccountEvent::Closed, OtherEvent::.., Renamed), versions = 1)]
impl Balance {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>) -> Self {
        Self { id: at.id(), balance: 0 }
    }
}

#[derive(View, Clone)]
pub struct Repeated {
    #[view(key, key)]
    id: Id<Account>,
}

#[projection(version = 1, ignore(AccountEvent::Deposited), version = 2, ignore(AccountEvent::..), colour = "red")]
impl Repeated {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>) -> Self {
        Self { id: at.id() }
    }
}

#[derive(View, Clone)]
pub struct Options {
    #[view(key)]
    id: Id<Account>,
}

#[projection(ignore(AccountEvent::Closed, AccountEvent::Opened, AccountEvent::Closed, OtherEvent::..))]
impl Options {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>) -> Self {
        Self { id: at.id() }
    }

    #[on(AccountEvent::Deposited)]
    fn deposited(&mut self) {}

    #[on(AccountEvent::Deposited)]
    fn counted(&mut self) {}

    #[on(AccountEvent::Withdrawn, key = at.id(), key = at.id(), to = 1)]
    #[on]
    #[on(key = at.id())]
    #[on(Withdrawn)]
    fn withdrawn(&mut self) {}
}

/// What is wrong with the row is said once.
#[derive(View, Clone)]
#[view(names = "row")]
pub struct Row {
    #[view(key)]
    id: Id<Account>,
}

#[projection(version = 1, ignore(AccountEvent::..))]
impl Row {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>) -> Self {
        Self { id: at.id() }
    }
}

#[derive(View, Clone)]
pub struct Signatures {
    #[view(key)]
    id: Id<Account>,
}

#[projection(version = 0)]
impl Signatures {
    #[on(AccountEvent::Opened)]
    async fn opened(at: u64) -> Result<Self, ()> {
        Err(())
    }

    #[on(AccountEvent::Deposited)]
    fn deposited<T: Clone, const N: usize>(&self, amount: T, at: &At<Account>) {}

    #[on(AccountEvent::Withdrawn)]
    fn withdrawn(self, amount: impl Clone, (a, b): (u8, u8)) -> Self {
        self
    }

    #[on(AccountEvent::Closed)]
    unsafe fn closed(this: Self, amount: &mut i64) -> Self {
        this
    }

    #[on(AccountEvent::Closed)]
    fn closed_again() {}
}

#[derive(View, Clone)]
pub struct NoHandlers {
    #[view(key)]
    id: Id<Account>,
}

#[projection(version = 1)]
impl NoHandlers {
    fn id(&self) -> Id<Account> {
        self.id
    }
}

#[derive(View, Clone)]
pub struct Ignores {
    #[view(key)]
    id: Id<Account>,
}

#[projection(version = 1, ignore(OtherEvent::.., AccountEvent::.., AccountEvent::Closed, Happened::Twice, AccountEvent::..))]
impl Ignores {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>) -> Self {
        Self { id: at.id() }
    }

    #[on(Happened::Once)]
    fn once(self) -> Option<Self> {
        None
    }
}

#[projection(version = 1)]
impl Default for NoHandlers {
    fn default() -> Self {
        unreachable!()
    }
}

#[projection(version = 1)]
struct NoBlock;

#[on(AccountEvent::Opened)]
fn no_projection() {}

fn main() {}
