//! Random histories against a fold in memory: rows that are deleted and made again, events that cannot be read, rows that are set aside, tried again and
//! dropped; and the same in one batch, as they come and interrupted.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use eventsourcing::error::ViewError;
use eventsourcing::prelude::*;
use eventsourcing::runner::Running;
use eventsourcing::store::{Commit, EventStore};
use eventsourcing::view::{At, Projection};
use eventsourcing::{StreamId, Views};
use pollster::block_on;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::quietly;
use crate::target::{Place, Target, with_each_target};

#[derive(Aggregate)]
struct Chest {
    root: Root<Self>,
}

#[events]
impl Chest {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new() }
    }

    #[event(Put)]
    fn put(&mut self, what: String, amount: u64) {}

    #[event(Taken)]
    fn take(&mut self, what: String, amount: u64) {}

    #[event(Emptied)]
    fn empty(&mut self, what: String) {}
}

/// What a handler panics at until [`IS_CURED`] is set.
const POISON: u64 = 13;

static IS_CURED: AtomicBool = AtomicBool::new(false);

fn swallow(amount: u64) -> bool {
    amount != POISON || IS_CURED.load(Ordering::Acquire)
}

/// A column that only serde knows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Last {
    Opened,
    Put(u64),
    Taken { amount: u64 },
}

/// The row of each chest, so that an event which cannot be read has one.
#[derive(View, Clone, Debug, PartialEq)]
struct Content {
    #[view(key)]
    id: Id<Chest>,
    #[view(index)]
    amount: u64,
    last: Last,
    what: Option<String>,
}

#[projection(version = 1)]
impl Content {
    #[on(ChestEvent::Opened)]
    fn opened(at: &At<Chest>) -> Self {
        Self { id: at.id(), amount: 0, last: Last::Opened, what: None }
    }

    #[on(ChestEvent::Put)]
    fn put(&mut self, what: &str, amount: u64) {
        assert!(swallow(amount), "poison");
        (self.amount, self.last, self.what) = (self.amount + amount, Last::Put(amount), Some(what.to_owned()));
    }

    #[on(ChestEvent::Taken)]
    fn taken(&mut self, amount: u64) {
        self.amount = self.amount.checked_sub(amount).expect("enough");
        self.last = Last::Taken { amount };
    }

    #[on(ChestEvent::Emptied)]
    fn emptied(self) -> Option<Self> {
        None
    }
}

/// What is in all chests: found by a field, and once more together with the chest.
#[derive(View, Clone, Debug, PartialEq)]
struct Thing {
    #[view(key)]
    what: String,
    #[view(key)]
    is_total: bool,
    #[view(key)]
    chest: Id<Chest>,
    amount: u64,
}

fn total() -> Id<Chest> {
    Id::from(Uuid::nil())
}

#[projection(version = 1, ignore(ChestEvent::Opened))]
impl Thing {
    #[on(ChestEvent::Put, key = (what, true, total()))]
    fn put_in_all(this: Option<Self>, what: &str, amount: u64) -> Self {
        let before = this.map_or(0, |row| row.amount);
        Self { what: what.to_owned(), is_total: true, chest: total(), amount: before + amount }
    }

    #[on(ChestEvent::Put, key = (what, false, at.id()))]
    fn put_in_one(this: Option<Self>, at: &At<Chest>, what: &str, amount: u64) -> Self {
        assert!(swallow(amount), "poison");
        let before = this.map_or(0, |row| row.amount);
        Self { what: what.to_owned(), is_total: false, chest: at.id(), amount: before + amount }
    }

    #[on(ChestEvent::Taken, key = (what, true, total()))]
    #[on(ChestEvent::Taken, key = (what, false, at.id()))]
    fn taken(&mut self, what: &str, amount: u64) {
        assert_eq!(self.what, what);
        self.amount = self.amount.checked_sub(amount).expect("enough");
    }

    #[on(ChestEvent::Emptied, key = (what, false, at.id()))]
    fn emptied(self, what: &str) -> Option<Self> {
        (self.what != what).then_some(self)
    }
}

/// What happens to the chest of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Opened(u8),
    Put(u8, &'static str, u64),
    Taken(u8, &'static str, u64),
    Emptied(u8, &'static str),
    /// An event without its fields.
    Broken(u8),
    /// An event of a later release.
    Unknown(u8),
}

/// What is done once all views have caught up.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Nothing,
    /// Tries all rows again that are set aside.
    Retry,
    CureAndRetry,
    /// Drops what waits for the first row that is set aside.
    Drop,
}

/// A delivery: what it makes of a row, or that it fails.
type Change<P> = Rc<dyn Fn(Option<P>) -> Result<Option<P>, ()>>;

/// A view as it is, or as it should be.
#[derive(Debug, PartialEq)]
struct State<P: Projection<Key: std::fmt::Debug> + PartialEq + std::fmt::Debug> {
    rows: Vec<P>,
    /// With the position of what failed, and how many wait.
    parked: Vec<(P::Key, u64, u64)>,
    dropped: Vec<(P::Key, u64, u64)>,
}

/// Each delivery after the one before.
struct Model<P: Projection> {
    rows: BTreeMap<P::Key, P>,
    parked: BTreeMap<P::Key, Vec<(u64, Change<P>)>>,
    dropped: Vec<(P::Key, u64, u64)>,
}

impl<P: Projection<Key: std::fmt::Debug> + PartialEq + std::fmt::Debug> Model<P> {
    fn deliver(&mut self, position: u64, key: P::Key, change: Change<P>) {
        if let Some(waiting) = self.parked.get_mut(&key) {
            waiting.push((position, change));
        } else if !self.make(&key, &change) {
            self.parked.insert(key, vec![(position, change)]);
        }
    }

    fn make(&mut self, key: &P::Key, change: &Change<P>) -> bool {
        match change(self.rows.get(key).cloned()) {
            Ok(Some(row)) => drop(self.rows.insert(key.clone(), row)),
            Ok(None) => drop(self.rows.remove(key)),
            Err(()) => return false,
        }
        true
    }

    fn retry(&mut self) {
        for (key, waiting) in std::mem::take(&mut self.parked) {
            let made = waiting.iter().take_while(|(_, change)| self.make(&key, change)).count();
            if made < waiting.len() {
                self.parked.insert(key, waiting[made..].to_vec());
            }
        }
    }

    fn drop_first(&mut self) {
        if let Some((key, waiting)) = self.parked.pop_first() {
            self.dropped.push((key, waiting[0].0, waiting.len() as u64));
        }
    }

    fn state(&self) -> State<P> {
        let parked = self.parked.iter().map(|(key, waiting)| (key.clone(), waiting[0].0, waiting.len() as u64));
        State { rows: self.rows.values().cloned().collect(), parked: parked.collect(), dropped: self.dropped.clone() }
    }
}

/// A view, with what a step should do to it.
trait Modelled: Projection<Key: std::fmt::Debug> + PartialEq + std::fmt::Debug {
    /// Whether an event that cannot be read sets a row aside, and does not stop the view.
    const PARKS_UNREADABLE: bool;

    fn deliveries(step: Step) -> Vec<(Self::Key, Change<Self>)>;
}

fn chest(number: u8) -> Id<Chest> {
    Id::from(Uuid::from_u128(u128::from(number) + 1))
}

fn fails<P>() -> Change<P> {
    Rc::new(|_| Err(()))
}

/// A column takes no more than this.
fn fitting(amount: u64) -> Result<u64, ()> {
    if i64::try_from(amount).is_ok() { Ok(amount) } else { Err(()) }
}

impl Modelled for Content {
    const PARKS_UNREADABLE: bool = true;

    fn deliveries(step: Step) -> Vec<(Id<Chest>, Change<Self>)> {
        let (number, change): (u8, Change<Self>) = match step {
            Step::Opened(number) => {
                let id = chest(number);
                (number, Rc::new(move |_| Ok(Some(Self { id, amount: 0, last: Last::Opened, what: None }))))
            }
            Step::Put(number, what, amount) => (
                number,
                Rc::new(move |row| {
                    let row = row.filter(|_| swallow(amount)).ok_or(())?;
                    let (amount, last) = (fitting(row.amount.checked_add(amount).ok_or(())?)?, Last::Put(amount));
                    Ok(Some(Self { amount, last, what: Some(what.to_owned()), ..row }))
                }),
            ),
            Step::Taken(number, _, amount) => (
                number,
                Rc::new(move |row| {
                    let row = row.ok_or(())?;
                    let (amount, last) = (row.amount.checked_sub(amount).ok_or(())?, Last::Taken { amount });
                    Ok(Some(Self { amount, last, ..row }))
                }),
            ),
            Step::Emptied(number, _) => (number, Rc::new(|row| row.map(|_| None).ok_or(()))),
            Step::Broken(number) => (number, fails()),
            Step::Unknown(_) => return Vec::new(),
        };
        vec![(chest(number), change)]
    }
}

impl Modelled for Thing {
    const PARKS_UNREADABLE: bool = false;

    fn deliveries(step: Step) -> Vec<((String, bool, Id<Chest>), Change<Self>)> {
        let in_all = |what: &str| (what.to_owned(), true, total());
        let in_one = |what: &str, number| (what.to_owned(), false, chest(number));
        let put = |key: (String, bool, Id<Chest>), amount: u64, swallows: bool| -> Change<Self> {
            Rc::new(move |row: Option<Self>| {
                if !swallows && !swallow(amount) {
                    return Err(());
                }
                let amount = fitting(row.map_or(0, |row| row.amount).checked_add(amount).ok_or(())?)?;
                let (what, is_total, chest) = key.clone();
                Ok(Some(Self { what, is_total, chest, amount }))
            })
        };
        let taken = |amount: u64| -> Change<Self> {
            Rc::new(move |row: Option<Self>| {
                let row = row.ok_or(())?;
                Ok(Some(Self { amount: row.amount.checked_sub(amount).ok_or(())?, ..row }))
            })
        };
        match step {
            Step::Put(number, what, amount) => {
                let (all, one) = (in_all(what), in_one(what, number));
                vec![(all.clone(), put(all, amount, true)), (one.clone(), put(one, amount, false))]
            }
            Step::Taken(number, what, amount) => {
                vec![(in_all(what), taken(amount)), (in_one(what, number), taken(amount))]
            }
            Step::Emptied(number, what) => {
                vec![(in_one(what, number), Rc::new(|row: Option<Self>| row.map(|_| None).ok_or(())))]
            }
            Step::Opened(_) | Step::Broken(_) | Step::Unknown(_) => Vec::new(),
        }
    }
}

fn store_step(store: &MemoryStore, step: Step, versions: &mut BTreeMap<u8, u64>) {
    let fields = |what: &str, amount: u64| format!(r#"{{"what":{what:?},"amount":{amount}}}"#);
    let (number, name, json) = match step {
        Step::Opened(number) => (number, "Opened", "{}".to_owned()),
        Step::Put(number, what, amount) => (number, "Put", fields(what, amount)),
        Step::Taken(number, what, amount) => (number, "Taken", fields(what, amount)),
        Step::Emptied(number, what) => (number, "Emptied", format!(r#"{{"what":{what:?}}}"#)),
        Step::Broken(number) => (number, "Put", "{}".to_owned()),
        Step::Unknown(number) => (number, "Locked", "{}".to_owned()),
    };
    let version = versions.entry(number).or_default();
    let mut commit = Commit::new();
    let append = commit.append(StreamId::new("Chest", chest(number).as_uuid()), *version).unwrap();
    append.event(name, 1, json.as_bytes()).unwrap();
    block_on(store.commit(commit)).unwrap();
    *version += 1;
}

fn step(is_broken: bool) -> impl Strategy<Value = Step> {
    let number = || 0..4_u8;
    let what = || prop_oneof![Just("gold"), Just("select"), Just("it's \"{a}\"")];
    // Twice the last is more than a column takes.
    let amount = || prop_oneof![9 => 1..50_u64, 1 => Just(POISON), 1 => Just(i64::MAX.unsigned_abs() / 2 + 1)];
    prop_oneof![
        4 => number().prop_map(Step::Opened),
        8 => (number(), what(), amount()).prop_map(|(number, what, amount)| Step::Put(number, what, amount)),
        4 => (number(), what(), amount()).prop_map(|(number, what, amount)| Step::Taken(number, what, amount)),
        2 => (number(), what()).prop_map(|(number, what)| Step::Emptied(number, what)),
        u32::from(is_broken) => number().prop_map(Step::Broken),
    ]
}

/// Steps, each with whether the views are brought up to it, and what is done after them.
type Part = (Vec<(Step, bool)>, Deed);

fn history(is_broken: bool) -> impl Strategy<Value = (Vec<Part>, Option<u8>)> {
    let deed = prop_oneof![2 => Just(Deed::Nothing), 2 => Just(Deed::Retry), 1 => Just(Deed::CureAndRetry), 1 => Just(Deed::Drop)];
    let steps = prop::collection::vec((step(is_broken), prop::bool::weighted(0.2)), 0..25);
    let unknown = prop::option::weighted(0.2, 0..4_u8);
    (prop::collection::vec((steps, deed), 1..5), unknown)
}

/// How a set of views is run.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// Always, so that it gets events as they come.
    Following,
    /// By new runners, each a while.
    Interrupted,
    /// At the end of each part only.
    InOneBatch,
}

struct Set<P> {
    way: Way,
    place: Place,
    running: Option<(Views, Running)>,
    view: std::marker::PhantomData<P>,
}

impl<P: Modelled> Set<P> {
    fn run(&mut self, store: &MemoryStore) -> Views {
        let (views, _) = self.running.get_or_insert_with(|| {
            let views = self.place.open().with::<P>();
            let running = views.run(store.clone()).unwrap();
            (views, running)
        });
        views.clone()
    }

    fn stop(&mut self) {
        if let Some((_, running)) = self.running.take() {
            running.stop_blocking();
        }
    }

    /// Brings the views up to date, and leaves them as their way says.
    fn catch_up(&mut self, store: &MemoryStore) -> Result<(), ViewError> {
        let caught_up = block_on(self.run(store).caught_up());
        if self.way != Way::Following {
            self.stop();
        }
        caught_up
    }

    fn act(&mut self, store: &MemoryStore, deed: Deed) -> State<P> {
        let views = self.run(store);
        let state = block_on(async {
            views.caught_up().await.unwrap();
            let parked = || async { views.parked::<P>().await.unwrap().into_iter().map(|parked| parked.key) };
            match deed {
                Deed::Nothing => {}
                Deed::Retry | Deed::CureAndRetry => {
                    for key in parked().await {
                        let is_made = views.retry_parked::<P>(key.clone()).await.unwrap();
                        assert_eq!(is_made, parked().await.all(|other| other != key), "{key:?}");
                    }
                }
                Deed::Drop => {
                    if let Some(key) = parked().await.next() {
                        views.drop_parked::<P>(key).await.unwrap();
                    }
                }
            }
            let (rows, parked) = (views.all::<P>().await.unwrap(), views.parked::<P>().await.unwrap());
            let parked = parked.into_iter().map(|parked| (parked.key, parked.position.get(), parked.waiting)).collect();
            let dropped = views.dropped::<P>().await.unwrap().into_iter().map(|dropped| dropped.parked);
            let dropped = dropped.map(|parked| (parked.key, parked.position.get(), parked.waiting)).collect();
            State { rows, parked, dropped }
        });
        if self.way != Way::Following {
            self.stop();
        }
        state
    }
}

fn check<P: Modelled>(target: &Target, parts: &[Part], unknown: Option<u8>) -> Result<(), TestCaseError> {
    IS_CURED.store(false, Ordering::Release);
    let (store, mut versions, mut position) = (MemoryStore::new(), BTreeMap::new(), 0);
    let mut model = Model::<P> { rows: BTreeMap::new(), parked: BTreeMap::new(), dropped: Vec::new() };
    let mut sets = [Way::Following, Way::Interrupted, Way::InOneBatch].map(|way| Set::<P> {
        way,
        place: target.place(),
        running: None,
        view: std::marker::PhantomData,
    });
    sets[0].run(&store);
    for (steps, deed) in parts {
        for (step, catches_up) in steps {
            store_step(&store, *step, &mut versions);
            position += 1;
            for (key, change) in P::deliveries(*step) {
                model.deliver(position, key, change);
            }
            if *catches_up {
                sets[0].catch_up(&store).unwrap();
                sets[1].catch_up(&store).unwrap();
            }
        }
        for set in &mut sets {
            set.catch_up(&store).unwrap();
        }
        match deed {
            Deed::Nothing => {}
            Deed::Retry => model.retry(),
            Deed::CureAndRetry => {
                IS_CURED.store(true, Ordering::Release);
                model.retry();
            }
            Deed::Drop => model.drop_first(),
        }
        for set in &mut sets {
            let way = set.way;
            prop_assert_eq!(set.act(&store, *deed), model.state(), "{:?}, after {:?}", way, deed);
        }
    }
    let stops = unknown.map(Step::Unknown).or_else(|| (!P::PARKS_UNREADABLE).then_some(Step::Broken(0)));
    if let Some(step) = stops {
        store_step(&store, step, &mut versions);
        for set in &mut sets {
            let caught_up = set.catch_up(&store);
            prop_assert!(matches!(caught_up, Err(ViewError::Stopped { .. })), "{:?}: {:?}", set.way, caught_up);
        }
    }
    sets.iter_mut().for_each(Set::stop);
    Ok(())
}

/// Both set [`IS_CURED`], and may run at once in one process.
static CURE: Mutex<()> = Mutex::new(());

fn check_all<P: Modelled>(target: &Target) {
    let _one_at_a_time = CURE.lock().unwrap_or_else(PoisonError::into_inner);
    quietly(|| {
        let config = Config { cases: target.cases(), failure_persistence: None, ..Config::default() };
        let outcome = TestRunner::new(config)
            .run(&history(P::PARKS_UNREADABLE), |(parts, unknown)| check::<P>(target, &parts, unknown));
        outcome.unwrap();
    });
}

with_each_target! {
    rows_of_aggregates_are_what_a_fold_gives,
    rows_of_other_keys_are_what_a_fold_gives,
}

fn rows_of_aggregates_are_what_a_fold_gives(target: &Target) {
    check_all::<Content>(target);
}

fn rows_of_other_keys_are_what_a_fold_gives(target: &Target) {
    check_all::<Thing>(target);
}
