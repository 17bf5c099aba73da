use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

use eventsourcing::prelude::*;
use rand::random_range;
use uuid::Uuid;

#[derive(Aggregate, Clone)]
struct Order {
    root: Root<Self>,
    at: Option<SystemTime>,
    lines: Vec<Id<Order>>,
    other: Option<Uuid>,
    luck: u8,
}

struct Drawn {
    random: u8,
    now: u8,
}

mod rand {
    pub fn random<T: Default>() -> T {
        T::default()
    }

    pub fn random_range<T: Default>(_: std::ops::Range<T>) -> T {
        T::default()
    }
}

mod fastrand {
    pub fn u8(_: std::ops::Range<u8>) -> u8 {
        1
    }

    pub struct Rng;

    impl Rng {
        pub fn new() -> Self {
            Self
        }

        pub fn with_seed(_: u64) -> Self {
            Self
        }

        pub fn u8(&mut self) -> u8 {
            1
        }
    }
}

struct Dice;

impl Dice {
    fn random(&self) -> u8 {
        1
    }

    fn random_range() -> u8 {
        2
    }
}

fn random_ratio() -> u8 {
    3
}

fn elapsed() -> u8 {
    4
}

#[events]
impl Order {
    #[event(Placed)]
    fn place() -> Self {
        let at = Some(SystemTime::now());
        Self { root: Root::new(), at, lines: vec![Id::new()], other: None, luck: 0 }
    }

    #[event(Replaced)]
    fn replace(&mut self) {
        *self = Self { root: Root::new(), at: None, lines: Vec::new(), other: None, luck: 0 };
    }

    #[event(Renamed)]
    fn rename(&mut self, name: String) {
        self.root = Root::named(&name);
    }

    #[event(Reset)]
    fn reset(&mut self) {
        let root = Root::<Self>::with_id(self.root.id());
        self.root = root;
    }

    #[event(LineAdded)]
    fn add_line(&mut self) {
        self.lines.push(Id::<Self>::new());
        self.at = Some(std::time::SystemTime::now());
        self.other = Some(Uuid::new_v4());
        self.other = Some(if self.luck > 1 { Uuid::now_v7() } else { uuid::Uuid::now_v7() });
    }

    #[event(Drawn)]
    fn draw(&mut self) {
        self.luck = rand::random();
        self.luck += rand::random::<u8>();
    }

    #[event(Assumed)]
    fn assume(&mut self, at: Option<SystemTime>, lines: &[Option<Id<Self>>]) {
        self.at = Some(at.unwrap_or_else(SystemTime::now));
        self.lines = lines.iter().map(|line| line.unwrap_or_else(Id::new)).collect();
        self.other.get_or_insert_with(uuid::Uuid::new_v4);
        self.luck = at.map_or_else(rand::random::<u8>, |_| 1);
        self.at = Some(<SystemTime>::now());
        self.lines.push(<Id<Self>>::new());
    }

    /// None of these is a clock, a new id or chance.
    #[event(Lasting)]
    fn last(&mut self, now: u8, random: u8) {
        let Drawn { random: drawn, now: new } = Drawn { random, now };
        self.luck = Some(drawn).map_or_else(Default::default, |luck| luck + new);
        self.lines = Vec::new();
    }

    #[event(Thrown)]
    fn throw(&mut self) {
        use rand::random;
        self.luck = random();
        self.luck += fastrand::u8(1..7);
        self.luck += random::<u8>();
    }

    #[event(Seeded)]
    fn seed(&mut self) {
        self.luck = fastrand::Rng::new().u8();
        use fastrand::Rng;
        self.luck += Rng::new().u8();
        self.luck += Rng::with_seed(7).u8();
    }

    #[event(Dated)]
    fn date(&mut self) {
        let _ = SystemTime::UNIX_EPOCH.elapsed();
        let _ = UNIX_EPOCH.elapsed();
        let _ = std::env::var("LUCK");
        let _ = env::args_os();
    }

    #[event(Shuffled)]
    fn shuffle(&mut self) {
        self.luck = random_range(1..7);
    }

    /// Own things of such a name.
    #[event(Rolled)]
    fn roll(&mut self, random_range: u8) {
        let random = || 4;
        self.luck = random() + Dice.random() + Dice::random_range() + random_ratio() + elapsed();
    }

    #[event(Counted)]
    fn count(&mut self) {
        self.luck = self.pending_events().len() as u8;
    }
}

fn main() {}
