//! Workers that do what a task says: what an author of handlers did not think of.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use eventsourcing::prelude::*;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);

/// What a worker does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Does {
    Work,
    /// It fails the first time.
    FailsOnce,
    /// It sets a timer.
    SetsTimer,
    /// It has ended then.
    Leaves,
    /// It says more than an event can hold.
    FailsAtLength,
    /// Its error panics when it is shown.
    FailsUnspeakably,
    /// It reads itself as it is stored, and fails.
    ReadsItselfAndFails,
    /// It reads itself as it is stored.
    ReadsItself,
    /// Its event panics when it is written.
    PanicsInWriting,
    /// Its event panics when it is read, once a test says so.
    PanicsInReading,
    /// It makes the task that it was asked by, without looking, and fails.
    MakesAgainAndFails,
    /// It makes the next task if there is none.
    MakesNext,
    /// It changes by the application what it reads by the reaction.
    MeetsItself,
    /// Others make what it was to make, and change it when it is there.
    MeetsOthers,
}

/// What workers are asked.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub(crate) struct Task {
    root: Root<Self>,
    pub(crate) steps: u32,
}

#[events]
impl Task {
    #[event(Opened, revives)]
    pub(crate) fn open(id: Id<Task>) -> Self {
        Self { root: Root::with_id(id), steps: 0 }
    }

    #[event(Asked)]
    pub(crate) fn ask(&mut self, worker: Id<Worker>, does: Does) {}

    #[event(Stepped)]
    pub(crate) fn step(&mut self) {
        self.steps += 1;
    }

    #[event(Removed, discard)]
    pub(crate) fn remove(&mut self) {}

    #[event(Touched)]
    pub(crate) fn touch(&mut self) {}

    #[event(Closed)]
    pub(crate) fn close(&mut self, worker: Id<Worker>) {}
}

#[derive(Aggregate, Clone, Debug, PartialEq)]
pub(crate) struct Worker {
    root: Root<Self>,
    pub(crate) worked: u32,
    pub(crate) rang: u32,
}

#[events]
impl Worker {
    #[event(Came, revives)]
    fn come(id: Id<Worker>) -> Self {
        Self { root: Root::with_id(id), worked: 0, rang: 0 }
    }

    #[event(Worked)]
    fn work(&mut self) {
        self.worked += 1;
    }

    #[event(Rang)]
    fn ring(&mut self) {
        self.rang += 1;
    }

    #[event(Wrote)]
    fn write(&mut self, what: Unwritable) {}

    #[event(Mined)]
    fn mine(&mut self) {
        assert!(!IS_ARMED.load(Ordering::SeqCst), "an event panics when it is read");
    }

    #[event(Left, discard)]
    pub(crate) fn leave(&mut self) {}
}

/// Whether `Mined` panics.
pub(crate) static IS_ARMED: AtomicBool = AtomicBool::new(false);

/// Panics when it is written.
#[derive(Clone, Debug, PartialEq)]
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("it was not to be written")
    }
}

impl<'de> Deserialize<'de> for Unwritable {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self)
    }
}

#[derive(Debug)]
struct Unspeakable;

impl fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("no words")
    }
}

impl std::error::Error for Unspeakable {}

#[derive(Application)]
pub(crate) struct Office {
    pub(crate) tasks: Repository<Task>,
    pub(crate) workers: Repository<Worker>,
    /// How often a worker has run that is to do something at its first tries only.
    #[application(default)]
    tries: Arc<AtomicU32>,
}

#[process(app = Office, ignore(TaskEvent::Opened, TaskEvent::Removed, TaskEvent::Stepped, TaskEvent::Touched))]
impl Worker {
    #[starts_or_continues(TaskEvent::Asked, id = worker)]
    async fn asked(
        this: Option<Self>,
        at: &At<Task>,
        worker: Id<Worker>,
        does: Does,
        cx: &mut Reaction<'_, Office>,
    ) -> Result<Self, BoxError> {
        let mut this = this.unwrap_or_else(|| Self::come(worker));
        let tries = || cx.app().tries.fetch_add(1, Ordering::SeqCst);
        match does {
            Does::FailsOnce if tries() == 0 => return Err("not yet".into()),
            Does::Work | Does::FailsOnce => this.work(),
            Does::SetsTimer => cx.timer("bell", cx.now() + HOUR),
            Does::Leaves => this.leave(),
            Does::FailsAtLength => return Err("é".repeat(5 << 20).into()),
            Does::FailsUnspeakably => return Err(Box::new(Unspeakable)),
            Does::ReadsItself => this.rang_as(cx.find(worker).await?),
            Does::ReadsItselfAndFails => {
                cx.find(worker).await?;
                return Err("it has seen itself".into());
            }
            Does::PanicsInWriting => this.write(Unwritable),
            Does::PanicsInReading => this.mine(),
            Does::MakesAgainAndFails => {
                cx.create(Task::open(at.id()))?;
                return Err("it is there".into());
            }
            Does::MakesNext => {
                if cx.find(next(at.id())).await?.is_none() {
                    cx.create(Task::open(next(at.id())))?;
                }
            }
            Does::MeetsItself => {
                cx.get(at.id()).await?;
                cx.app().tasks.update(at.id(), Task::touch).await?;
            }
            Does::MeetsOthers => {
                let (next, tries) = (next(at.id()), tries());
                let is_there = cx.find(next).await?.is_some();
                match tries {
                    0 => drop(cx.app().tasks.save(&mut Task::open(next)).await?),
                    1 => cx.app().tasks.update(next, Task::touch).await?,
                    _ => {}
                }
                if !is_there {
                    cx.create(Task::open(next))?;
                }
                cx.update(next, Task::step).await?;
            }
        }
        Ok(this)
    }

    #[continues(TaskEvent::Closed, id = worker)]
    fn closed(&mut self) {
        self.work();
    }

    #[timer("bell")]
    fn bell(&mut self) {
        self.ring();
    }

    fn rang_as(&mut self, stored: Option<&Self>) {
        if stored.is_none_or(|stored| stored.rang == self.rang) {
            self.ring();
        }
    }
}

/// A task that is made because of another.
pub(crate) fn next(task: Id<Task>) -> Id<Task> {
    Id::from(uuid::Uuid::from_u128(task.as_uuid().as_u128() ^ 1))
}
