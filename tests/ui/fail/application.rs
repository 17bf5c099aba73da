use eventsourcing::prelude::*;

#[derive(Aggregate)]
pub struct Account {
    root: Root<Self>,
}

#[events]
impl Account {
    #[event(Opened)]
    pub fn open() -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Aggregate)]
#[aggregate(name = "Account")]
pub struct Savings {
    root: Root<Self>,
}

#[events]
impl Savings {
    #[event(Opened)]
    pub fn open() -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Application)]
pub struct SameName {
    pub accounts: Repository<Account>,
    pub savings: Repository<Savings>,
}

#[derive(Application)]
pub struct NotARepository {
    pub accounts: Repository<Account>,
    pub name: String,
}

#[derive(Application)]
pub struct Empty {}

#[derive(Application)]
pub struct Tuple(Repository<Account>);

#[derive(Application)]
#[application(krate = ::eventsourcing)]
pub struct Options {
    pub accounts: Repository<Account>,
}

#[derive(Application)]
pub struct Generic<A> {
    pub aggregates: Repository<A>,
}

#[derive(Application)]
pub struct Others {
    #[application(default, defaults)]
    pub accounts: Repository<Account>,
    #[application(default)]
    pub clock: std::time::SystemTime,
}

pub struct NoDefault;

/// What has a default, and what a value is, are questions for the compiler.
#[derive(Application)]
pub struct Values {
    pub accounts: Repository<Account>,
    #[application(default)]
    pub none: NoDefault,
    #[application(default = "one")]
    pub number: u8,
}

fn main() {}
