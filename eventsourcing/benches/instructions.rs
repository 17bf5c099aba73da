//! One kind of work, so many times: what `tests/instructions` counts the instructions of.
#![expect(clippy::unwrap_used, clippy::panic, reason = "it fails by panicking; its domain is private")]

use std::env::args;

use eventsourcing::prelude::*;
use uuid::Uuid;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
    owner: String,
    cents: i64,
}

#[events]
impl Account {
    #[event(Opened)]
    fn open(id: Uuid, owner: &str) -> Self {
        Self { root: Root::with_id(Id::from(id)), owner: owner.to_owned(), cents: 0 }
    }

    #[event(Deposited)]
    fn deposit(&mut self, amount_cents: i64) {
        self.cents += amount_cents;
    }
}

fn main() {
    let arguments: Vec<String> = args().skip(1).filter(|argument| argument != "--bench").collect();
    let (work, times) = match arguments.as_slice() {
        [work, times] => (work.as_str(), times.parse::<u128>().unwrap()),
        // Run among all benches, it has nothing to say.
        _ => return,
    };
    // In memory: what the system does is not ours, and differs from run to run.
    let accounts = Repository::<Account>::new(SqliteStore::in_memory().unwrap()).blocking();
    let mut account = Account::open(Uuid::from_u128(1), "alice");
    (1..100).for_each(|cents| account.deposit(cents));
    accounts.save(&mut account).unwrap();
    match work {
        "commit" => {
            for number in 0..times {
                // Spread as random ids are, and the same in each run.
                let id = Uuid::from_u128((number + 2).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
                accounts.save(&mut Account::open(id, "alice")).unwrap();
            }
        }
        "append" => (0..times).for_each(|_| {
            account.deposit(1);
            accounts.save(&mut account).unwrap();
        }),
        // Of an account that is saved just before: the commit of its first event is counted with it.
        "update" => {
            for number in 0..times {
                let id = Uuid::from_u128((number + 2).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
                accounts.save(&mut Account::open(id, "alice")).unwrap();
                accounts.update(Id::from(id), |account| account.deposit(1)).unwrap();
            }
        }
        "given" => {
            for number in 0..times {
                let id = Uuid::from_u128((number + 2).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
                let given = CommitId::named(&number.to_string());
                accounts.save_with(given, &mut Account::open(id, "alice")).unwrap();
            }
        }
        "load" => (0..times).for_each(|_| {
            let account = accounts.get(account.id()).unwrap();
            assert_eq!((account.owner.as_str(), account.cents), ("alice", 4950));
        }),
        "log" => {
            for number in 0..99 {
                let mut other = Account::open(Uuid::from_u128(number + 2), "alice");
                (1..100).for_each(|cents| other.deposit(cents));
                accounts.save(&mut other).unwrap();
            }
            for _ in 0..times {
                let mut log = accounts.log();
                while !log.next_page().unwrap().is_empty() {}
                assert_eq!(log.position(), 10_000);
            }
        }
        _ => panic!("{work}"),
    }
}
