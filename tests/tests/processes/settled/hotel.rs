//! A hotel whose processes react to each other.

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventsourcing::error::BoxError;
use eventsourcing::prelude::*;
use eventsourcing::process::{Clock as _, SystemClock};
use eventsourcing::rusqlite;
use eventsourcing::testing::TestClock;
use eventsourcing::view::SqliteTx;
use pollster::block_on;
use tempfile::TempDir;

use crate::shop::DAY;

/// What a room is for whose row in views fails.
pub(crate) const NOBODY: &str = "nobody";

#[derive(Aggregate)]
pub(crate) struct Booking {
    root: Root<Self>,
}

#[events]
impl Booking {
    #[event(Made)]
    pub(crate) fn make(guest: &str) -> Self {
        Self { root: Root::new() }
    }
}

/// Made ready for a booking, which takes some time.
#[derive(Aggregate)]
pub(crate) struct Room {
    root: Root<Self>,
    pub(crate) cleaned: u32,
}

#[events]
impl Room {
    #[event(Prepared)]
    fn prepare(booking: Id<Booking>, guest: &str) -> Self {
        Self { root: Root::with_id(booking.as_uuid().into()), cleaned: 0 }
    }

    #[event(Cleaned)]
    fn clean(&mut self) {
        self.cleaned += 1;
    }
}

#[process(app = Hotel)]
impl Room {
    #[starts(BookingEvent::Made, id = at.id())]
    async fn made(at: &At<Booking>, guest: &str) -> Self {
        SystemClock.sleep_until(SystemClock.now() + Duration::from_millis(20)).await;
        Self::prepare(at.id(), guest)
    }
}

/// Said once a room is ready.
#[derive(Aggregate)]
pub(crate) struct Welcome {
    root: Root<Self>,
}

#[events]
impl Welcome {
    #[event(Said)]
    fn say(room: Id<Room>) -> Self {
        Self { root: Root::with_id(room.as_uuid().into()) }
    }
}

#[process(app = Hotel, ignore(RoomEvent::Cleaned))]
impl Welcome {
    #[starts(RoomEvent::Prepared, id = at.id())]
    fn prepared(at: &At<Room>, guest: &str, cx: &mut Reaction<Hotel>) -> Result<Self, BoxError> {
        if cx.app().unwelcome.lock().unwrap().iter().any(|unwelcome| unwelcome == guest) {
            return Err(format!("{guest} is not welcome").into());
        }
        Ok(Self::say(at.id()))
    }
}

/// What begins with the welcome, and ends a day later.
#[derive(Aggregate)]
pub(crate) struct Stay {
    root: Root<Self>,
    room: Id<Room>,
}

#[events]
impl Stay {
    #[event(Begun)]
    fn begin(room: Id<Room>) -> Self {
        Self { root: Root::with_id(room.as_uuid().into()), room }
    }

    #[event(Ended)]
    fn end(&mut self) {}
}

#[process(app = Hotel)]
impl Stay {
    #[starts(WelcomeEvent::Said, id = room)]
    fn said(room: Id<Room>, cx: &mut Reaction<Hotel>) -> Self {
        cx.timer("end", cx.now() + DAY);
        Self::begin(room)
    }

    #[timer("end")]
    async fn over(&mut self, cx: &mut Reaction<'_, Hotel>) -> Result<(), BoxError> {
        SystemClock.sleep_until(SystemClock.now() + Duration::from_millis(20)).await;
        self.end();
        cx.update(self.room, Room::clean).await?;
        Ok(())
    }
}

#[derive(Application)]
pub(crate) struct Hotel {
    pub(crate) bookings: Repository<Booking>,
    pub(crate) rooms: Repository<Room>,
    #[expect(dead_code, reason = "no one reads them")]
    pub(crate) welcomes: Repository<Welcome>,
    pub(crate) stays: Repository<Stay>,
    /// Those whose welcome fails.
    #[application(default)]
    pub(crate) unwelcome: Arc<Mutex<Vec<String>>>,
}

/// A room, as the porter sees it.
#[derive(View, Clone, Debug, PartialEq)]
pub(crate) struct Door {
    #[view(key)]
    id: Id<Room>,
    pub(crate) guest: String,
    pub(crate) is_clean: bool,
}

#[projection(version = 1)]
impl Door {
    #[on(RoomEvent::Prepared)]
    fn prepared(at: &At<Room>, guest: &str) -> Self {
        assert_ne!(guest, NOBODY, "a room is for somebody");
        Self { id: at.id(), guest: guest.to_owned(), is_clean: false }
    }

    #[on(RoomEvent::Cleaned)]
    fn cleaned(&mut self) {
        self.is_clean = true;
    }
}

/// The rooms in a table of their own.
pub(crate) struct Doors;

#[projection(version = 1, ignore(RoomEvent::Cleaned))]
impl Doors {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch("CREATE TABLE doors (guest TEXT NOT NULL CHECK (guest <> 'nobody'))")
    }

    #[on(RoomEvent::Prepared, key = guest.to_owned())]
    fn prepared(tx: &SqliteTx<'_>, guest: &str) -> rusqlite::Result<()> {
        tx.execute("INSERT INTO doors VALUES (?1)", [guest]).map(drop)
    }
}

/// A hotel, its views and its clock: in memory, or in files.
pub(crate) struct Place {
    pub(crate) hotel: Arc<Hotel>,
    pub(crate) clock: TestClock,
    folder: Option<TempDir>,
}

impl Place {
    pub(crate) fn memory() -> Self {
        Self { hotel: Arc::new(Hotel::new(MemoryStore::new())), clock: TestClock::new(), folder: None }
    }

    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hotel = Arc::new(Hotel::new(SqliteStore::open(folder.path().join("hotel.db")).unwrap()));
        Self { hotel, clock: TestClock::new(), folder: Some(folder) }
    }

    /// Views with all processes of the hotel: those first that react to the others.
    pub(crate) fn views(&self) -> Views {
        let views = match &self.folder {
            None => Views::memory(),
            Some(folder) => Views::sqlite(folder.path().join("views")).unwrap(),
        };
        let hotel = || Arc::clone(&self.hotel);
        let views = views.with::<Door>().with_process_of::<Stay>(hotel());
        views.with_process_of::<Welcome>(hotel()).with_process_of::<Room>(hotel()).clock(self.clock.clone())
    }

    pub(crate) async fn book(&self, guest: &str) -> Result<Id<Room>, Box<dyn Error>> {
        let mut booking = Booking::make(guest);
        self.hotel.bookings.save(&mut booking).await?;
        Ok(booking.id().as_uuid().into())
    }

    /// Whether what begins with the welcome has begun.
    pub(crate) async fn has_begun(&self, room: Id<Room>) -> Result<bool, Box<dyn Error>> {
        Ok(self.hotel.stays.contains(room.as_uuid().into()).await?)
    }
}

/// Runs a test in each place.
pub(crate) fn with_each(test: impl AsyncFn(Place) -> Result<(), Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    block_on(test(Place::memory()))?;
    block_on(test(Place::sqlite()))
}
