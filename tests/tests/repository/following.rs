//! The log as a stream: to its end, and on with what is committed later; of one repository, and of all of an application.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use eventsourcing::StreamId;
use eventsourcing::application::FromStore;
use eventsourcing::log::{LogEvent, OnUnknown};
use eventsourcing::prelude::*;
use eventsourcing::store::{Commit, EventStore};
use futures_core::Stream;
use pollster::block_on;

#[derive(Aggregate, Debug)]
struct Account {
    root: Root<Self>,
    balance: i64,
}

#[events]
impl Account {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new(), balance: 0 }
    }

    #[event(Deposited, alias = "PaidIn", version = 2)]
    fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    /// Once, several amounts were one event.
    #[upcast(Deposited, from = 1)]
    fn deposited_v1(amounts: Vec<i64>) -> Vec<AccountEvent> {
        amounts.into_iter().map(|amount| AccountEvent::Deposited { amount }).collect()
    }
}

#[derive(Aggregate, Debug)]
#[expect(dead_code, reason = "what is read is the log")]
struct Loan {
    root: Root<Self>,
    amount: i64,
}

#[events]
impl Loan {
    #[event(Granted)]
    fn grant(amount: i64) -> Self {
        Self { root: Root::new(), amount }
    }
}

/// No part of the bank.
#[derive(Aggregate, Debug)]
struct Stranger {
    root: Root<Self>,
}

#[events]
impl Stranger {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Application, Debug)]
struct Credit {
    loans: Repository<Loan>,
}

#[derive(Application, Debug)]
#[expect(dead_code, reason = "what is read is the log")]
struct Bank {
    accounts: Repository<Account>,
    credit: Credit,
}

fn stores() -> [Arc<dyn EventStore>; 2] {
    [Arc::new(MemoryStore::new()), Arc::new(SqliteStore::in_memory().unwrap())]
}

fn append(store: &Arc<dyn EventStore>, id: Id<Account>, expected: u64, events: &[(&'static str, u32, &str)]) {
    let mut commit = Commit::new();
    let mut append = commit.append(StreamId::new("Account", id.as_uuid()), expected).unwrap();
    for (name, version, payload) in events {
        append = append.event(*name, *version, payload.as_bytes()).unwrap();
    }
    block_on(store.commit(commit)).unwrap();
}

#[test]
fn an_application_reads_the_events_of_all_its_aggregates_in_one_order() {
    for store in stores() {
        let bank = Bank::from_store(&store);
        let (mut account, mut loan) = (Account::open(), Loan::grant(5));
        block_on(bank.commit((&mut account, &mut loan))).unwrap();
        Repository::<Stranger>::new(Arc::clone(&store)).blocking().save(&mut Stranger::open()).unwrap();
        append(&store, account.id(), 1, &[("PaidIn", 1, r#"{"amounts":[1,2]}"#), ("Frozen", 1, "{}")]);

        let read: Result<Vec<_>, _> = bank.log().on_unknown(OnUnknown::Keep).page_size(1).blocking().stream().collect();
        let mut found = Vec::new();
        for recorded in read.unwrap() {
            found.push(match recorded.event {
                LogEvent::Known(BankEvent::Accounts(id, event)) => format!("{} {event:?}", id == account.id()),
                LogEvent::Known(BankEvent::Credit(stream, CreditEvent::Loans(id, event))) => {
                    format!("{} {stream} {event:?}", id == loan.id())
                }
                LogEvent::Unknown(raw) => format!("{} {}", raw.name, recorded.position),
            });
        }
        let kept = bank.log().on_unknown(OnUnknown::Keep).blocking().stream();
        let called: Vec<_> = kept.map(|recorded| recorded.unwrap().event.name().to_owned()).collect();
        assert_eq!(called, ["Opened", "Granted", "Deposited", "Deposited", "Frozen"]);
        let granted = format!("true Loan/{} Granted {{ amount: 5 }}", loan.id());
        let deposited = |amount| format!("true Deposited {{ amount: {amount} }}");
        assert_eq!(found, ["true Opened".to_owned(), granted, deposited(1), deposited(2), "Frozen 5".to_owned()]);

        // By name, old names with the new ones.
        let named = bank.log().events(["Deposited", "Granted"]).blocking().stream();
        assert_eq!(named.map(|recorded| recorded.unwrap().position).collect::<Vec<_>>(), [2, 4, 4]);
    }
}

#[test]
fn a_stream_ends_at_the_end_of_the_log_and_after_an_error() {
    for store in stores() {
        let accounts = Repository::<Account>::new(Arc::clone(&store)).blocking();
        let mut account = Account::open();
        accounts.save(&mut account).unwrap();
        append(&store, account.id(), 1, &[("Frozen", 1, "{}"), ("Deposited", 2, r#"{"amount":3}"#)]);

        let mut stream = accounts.log().stream();
        assert_eq!(stream.next().unwrap().unwrap().position, 1);
        assert!(matches!(stream.next(), Some(Err(LoadError::Decode { .. }))));
        assert!(stream.next().is_none(), "it does not give the same error for ever");
        assert_eq!(stream.position(), 1, "to go on from, once the event can be read");

        let rest = accounts.log().on_unknown(OnUnknown::Skip).after(stream.position()).stream();
        assert_eq!(rest.map(|recorded| recorded.unwrap().position).collect::<Vec<_>>(), [3]);
    }
}

#[test]
fn a_position_is_past_what_was_given_as_a_whole() {
    for store in stores() {
        let accounts = Repository::<Account>::new(Arc::clone(&store)).blocking();
        let mut account = Account::open();
        accounts.save(&mut account).unwrap();
        append(
            &store,
            account.id(),
            1,
            &[("Deposited", 1, r#"{"amounts":[1,2]}"#), ("Deposited", 2, r#"{"amount":3}"#)],
        );

        let mut stream = accounts.log().stream();
        let mut positions = vec![stream.position().get()];
        while let Some(recorded) = stream.next() {
            positions.push(recorded.unwrap().position.get() * 10 + stream.position().get());
        }
        assert_eq!(positions, [0, 11, 21, 22, 33]);
    }
}

#[test]
fn a_follower_gives_what_is_committed_later_and_nothing_twice() {
    for store in stores() {
        let accounts = Repository::<Account>::new(Arc::clone(&store));
        let follower = accounts.log().page_size(3).blocking().follow();
        let writer = thread::spawn({
            let (accounts, store) = (accounts.clone().blocking(), Arc::clone(&store));
            move || {
                for _ in 0..40 {
                    let mut account = Account::open();
                    account.deposit(1);
                    accounts.save(&mut account).unwrap();
                    // What others store in between is passed without being given.
                    Repository::<Stranger>::new(Arc::clone(&store)).blocking().save(&mut Stranger::open()).unwrap();
                }
            }
        });
        let positions: Vec<_> = follower.take(80).map(|recorded| recorded.unwrap().position).collect();
        assert_eq!(positions, (0..40).flat_map(|n| [3 * n + 1, 3 * n + 2]).collect::<Vec<u64>>());
        writer.join().unwrap();
    }
}

#[test]
fn a_dropped_wait_loses_nothing() {
    for store in stores() {
        let accounts = Repository::<Account>::new(Arc::clone(&store));
        let mut follower = accounts.log().follow();
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..3 {
            let mut next = Box::pin(follower.next());
            assert!(next.as_mut().poll(&mut context).is_pending());
        }
        let mut account = Account::open();
        account.deposit(1);
        accounts.clone().blocking().save(&mut account).unwrap();
        let given = [block_on(follower.next()), block_on(follower.next())];
        assert_eq!(given.map(|recorded| recorded.unwrap().unwrap().position), [1, 2]);
        assert!(matches!(Pin::new(&mut follower).poll_next(&mut context), Poll::Pending));
    }
}

#[test]
fn a_follower_ahead_of_its_log_is_an_error() {
    for store in stores() {
        let accounts = Repository::<Account>::new(store);
        let mut follower = accounts.log().after(7).follow();
        assert!(matches!(block_on(follower.next()), Some(Err(LoadError::Read(_)))));
        assert!(block_on(follower.next()).is_none());
    }
}

#[test]
fn a_follower_can_be_sent_to_another_thread() {
    fn is_send<T: Send>(_: T) {}
    let bank = Bank::new(MemoryStore::new());
    is_send(bank.log().follow());
    let mut follower = bank.log().follow();
    is_send(async move { follower.next().await.is_some() });
}
