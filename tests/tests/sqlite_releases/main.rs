//! Two releases of a program on one file at once: what the newer one stores is read by the older one as it was meant, or refused.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod after;
mod before;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::thread;

use eventsourcing::error::DecodeError;
use eventsourcing::log::OnUnknown;
use eventsourcing::prelude::*;
use eventsourcing::{Aggregate, blocking};
use eventsourcing_tests::sqlite::place;
use tempfile::TempDir;

use self::after::{Customer, CustomerEvent};
use self::before::Account;

/// The two programs, each with a handle of its own.
struct Both {
    accounts: blocking::Repository<Account>,
    customers: blocking::Repository<Customer>,
    path: PathBuf,
    _folder: TempDir,
}

impl Both {
    fn open() -> Self {
        let (folder, path) = place();
        let (accounts, customers) = (program(&path), program(&path));
        Self { accounts, customers, path, _folder: folder }
    }

    /// An account of alice, with 30, which the older program has saved.
    fn alice(&self) -> Account {
        let mut account = Account::open("alice");
        account.deposit(40);
        account.withdraw(10);
        self.accounts.save(&mut account).unwrap();
        account
    }
}

fn program<A: Aggregate + PartialEq + std::fmt::Debug>(path: &Path) -> blocking::Repository<A> {
    Repository::new(SqliteStore::open(path).unwrap()).check_replay().blocking()
}

/// The same aggregate, to the other program.
fn id<A, B>(id: Id<A>) -> Id<B> {
    id.as_uuid().into()
}

#[track_caller]
fn refuses<T: std::fmt::Debug>(result: Result<T, LoadError>, at: u64, why: &str) {
    let error = result.unwrap_err();
    let LoadError::Decode { location, source, .. } = &error else { panic!("{error:?}") };
    assert_eq!((location.version.get(), source.to_string()), (at, why.to_owned()));
    assert!(matches!(source, DecodeError::UnknownEvent { .. } | DecodeError::UnknownVersion { .. }), "{source:?}");
}

#[test]
fn what_both_know_they_change_in_turns_and_at_once() {
    let both = Both::open();
    let account = both.alice();
    let deposit = |round: i64| {
        both.accounts.update(account.id(), |account| account.deposit(round)).unwrap();
        let note = (round % 2 == 0).then(|| "even".to_owned());
        both.customers.update(id(account.id()), |customer| customer.deposit(-round, note.clone())).unwrap();
        // Each has taken a snapshot of its own, which does not mislead the other.
        assert_eq!(both.accounts.get(account.id()).unwrap().amount, 30);
        assert_eq!(both.customers.get(id(account.id())).unwrap().amount, 300);
    };
    (1..=6).for_each(deposit);

    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..20 {
                    both.accounts.update(account.id(), |account| account.deposit(1)).unwrap();
                }
            });
            scope.spawn(|| {
                for _ in 0..20 {
                    both.customers.update(id(account.id()), |customer| customer.deposit(1, None)).unwrap();
                }
            });
        }
    });
    let (account, customer) = (both.accounts.get(account.id()).unwrap(), both.customers.get(id(account.id())).unwrap());
    assert_eq!((account.amount, customer.amount, customer.version().get()), (110, 1100, 3 + 12 + 80));
    let verified = SqliteStore::verify(&both.path, |_| ControlFlow::Continue(())).unwrap();
    assert!(verified.findings.is_empty(), "{verified:?}");
}

#[test]
fn what_the_older_one_does_not_know_it_neither_reads_nor_writes_behind() {
    type Newer = fn(&mut Customer);
    let newer: [(Newer, &str); 3] =
        [(|customer| customer.pay_out(1), "PaidOut"), (Customer::freeze, "Frozen"), (Customer::end, "Ended")];
    for (newer, name) in newer {
        let both = Both::open();
        let mut held = both.alice();
        let same = held.id();
        both.customers.update(id(same), newer).unwrap();
        let why = format!("event `{name}` is not known here; known are: Opened, Deposited, Withdrawn");
        refuses(both.accounts.get(same), 4, &why);
        refuses(both.accounts.find(same), 4, &why);
        refuses(both.accounts.contains(same), 4, &why);
        refuses(both.accounts.history(same), 4, &why);
        let error = both.accounts.update(same, |account| account.deposit(1)).unwrap_err();
        let UpdateError::Load(error) = error else { panic!("{error:?}") };
        refuses(Err::<(), _>(error), 4, &why);
        let error = both.accounts.get_or_create(same, || Account::open("mallory")).unwrap_err();
        assert!(matches!(error, UpdateError::Load(_)), "{error:?}");
        held.deposit(1);
        let error = both.accounts.save(&mut held).unwrap_err();
        assert!(matches!(error, SaveError::Conflict(_)), "{error:?}");
        assert_eq!(both.accounts.get_at(same, 3).unwrap().amount, 30, "what is before can be read");
        assert_eq!(both.customers.history(id(same)).unwrap().len(), 4, "nothing was stored behind it");
    }
}

#[test]
fn an_event_at_a_newer_version_is_not_read_as_an_older_one() {
    let both = Both::open();
    let mut customer = Customer::open("bob", "USD");
    both.customers.save(&mut customer).unwrap();
    refuses(
        both.accounts.get(id(customer.id())),
        1,
        "event `Opened` is stored at schema version 2; this program knows version 1",
    );
    let alice = both.alice();
    let ids: Vec<_> = both.accounts.ids().next_page().unwrap();
    assert_eq!(ids.len(), 2);
    assert_eq!(both.accounts.get(alice.id()).unwrap(), alice);
}

#[test]
fn an_older_one_that_skips_what_it_does_not_know_leaves_it_for_the_newer_one() {
    let both = Both::open();
    let same = both.alice().id();
    both.customers.update(id(same), |customer| customer.pay_out(10)).unwrap();
    let skipping = both.accounts.clone().on_unknown(OnUnknown::Skip);
    assert_eq!(skipping.get(same).unwrap().amount, 30, "less than what happened");
    for _ in 0..4 {
        skipping.update(same, |account| account.deposit(1)).unwrap();
    }
    assert_eq!(skipping.get(same).unwrap().amount, 34);
    assert_eq!(both.customers.get(id(same)).unwrap().amount, 240);
    refuses(both.accounts.get(same), 4, "event `PaidOut` is not known here; known are: Opened, Deposited, Withdrawn");
}

#[test]
fn a_request_that_the_older_one_has_stored_the_newer_one_repeats() {
    let both = Both::open();
    let same = both.alice().id();
    let request = CommitId::named("request 17");
    both.accounts.update_with(request, same, |account| account.deposit(5)).unwrap();
    both.customers.update_with(request, id(same), |customer| customer.deposit(5, None)).unwrap();
    assert_eq!(both.customers.get(id(same)).unwrap().amount, 350);
    both.customers.update_with(CommitId::named("request 18"), id(same), |customer| customer.deposit(1, None)).unwrap();
    both.accounts.update_with(CommitId::named("request 18"), same, |account| account.deposit(1)).unwrap();
    assert_eq!(both.accounts.get(same).unwrap().amount, 36);
}

#[test]
fn the_export_of_one_is_imported_by_the_other_or_refused_where_it_is_not_known() {
    let both = Both::open();
    let alice = both.alice();
    let (mut of_before, mut again) = (Vec::new(), Vec::new());
    both.accounts.log().export(&mut of_before).unwrap();
    let other = Both::open();
    other.customers.import(&mut &*of_before).unwrap();
    other.customers.log().export(&mut again).unwrap();
    assert_eq!(of_before, again, "an import by the newer one changes no event");
    assert_eq!(other.accounts.get(alice.id()).unwrap().amount, 30);

    both.customers.update(id(alice.id()), |customer| customer.deposit(1, Some("a note".to_owned()))).unwrap();
    both.customers.update(id(alice.id()), Customer::freeze).unwrap();
    let mut of_after = Vec::new();
    both.customers.log().export(&mut of_after).unwrap();
    let other = Both::open();
    let error = other.accounts.import(&mut &*of_after).unwrap_err();
    let shown = format!("{error}: {}", std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default());
    assert!(shown.contains("`Frozen`"), "{shown}");
    other.customers.import(&mut &*of_after).unwrap();
    let history = other.customers.history(id(alice.id())).unwrap();
    assert_eq!(history[3].event, CustomerEvent::Deposited { cents: 1, note: Some("a note".to_owned()) });
    assert_eq!(other.accounts.get_at(alice.id(), 4).unwrap().amount, 31);
}
