//! A process of its own for the tests of views in SQLite; its arguments say what it does: a task, the path of the store, the folder of the views.

use std::env::args;
use std::error::Error;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::SqliteStore;
use eventsourcing::Views;
use eventsourcing::runner::ViewState;
use eventsourcing::store::sqlite::Durability;
use eventsourcing_tests::sqlite::{commit_of, say};
use eventsourcing_tests::tally::{self, Tally};
use pollster::block_on;

/// No runner of a test shows that it is alive but by what it does, so that what it writes is the same each time.
const QUIET: Duration = Duration::from_secs(600);

/// The longest that a test lets it wait.
const LONGEST: Duration = Duration::from_secs(100);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [task, store, folder, rest @ ..] = arguments.as_slice() else { return Err("a task and two paths".into()) };
    // What a handler's panic says belongs to no one.
    std::panic::set_hook(Box::new(|_| ()));
    let open = || Ok::<_, Box<dyn Error>>(Views::sqlite(folder)?.lease(QUIET).with::<Tally>());
    match (*task, rest) {
        ("fill", [count]) => (1..=count.parse()?).for_each(|number| tally::commit(&open_store(store), number)),
        ("follow", [count]) => follow(&open_store(store), &open()?, count.parse()?)?,
        ("drive", [count]) => drive(&open_store(store), &open()?, count.parse()?)?,
        ("noisy", [count]) => noisy(&open_store(store), &open()?, count.parse()?)?,
        ("rebuild", []) => rebuild(&open_store(store), &open()?)?,
        ("rebuild-and-drive", []) => {
            let views = open()?;
            block_on(views.rebuild::<Tally>())?;
            drive(&open_store(store), &views, 0)?;
        }
        ("retry", []) => {
            tally::cure();
            let views = open()?;
            let _running = views.run(open_store(store))?;
            block_on(views.caught_up())?;
            for parked in block_on(views.parked::<Tally>())? {
                say(block_on(views.retry_parked::<Tally>(parked.key))?)?;
            }
        }
        ("many", [parked, events]) => many(store, &open()?, parked.parse()?, events.parse()?)?,
        ("drop", []) => {
            let views = open()?;
            let _running = views.run(open_store(store))?;
            block_on(views.caught_up())?;
            for parked in block_on(views.parked::<Tally>())? {
                block_on(views.drop_parked::<Tally>(parked.key))?;
                say("dropped")?;
            }
        }
        ("serve", [lease]) => {
            let views = Views::sqlite(folder)?.lease(Duration::from_millis(lease.parse()?)).with::<Tally>();
            serve(&open_store(store), &views, folder.as_ref())?;
        }
        _ => return Err("see the source for what can be asked".into()),
    }
    Ok(())
}

fn open_store(path: &str) -> SqliteStore {
    #[expect(clippy::unwrap_used, reason = "it is no store that is tested")]
    SqliteStore::open(path).unwrap()
}

/// Commits one after the other, and waits for the view each time.
fn follow(store: &SqliteStore, views: &Views, count: u64) -> Result<(), Box<dyn Error>> {
    let running = views.run(store.clone())?;
    for number in 1..=count {
        tally::commit(store, number);
        block_on(views.caught_up())?;
        say(number)?;
    }
    running.stop_blocking();
    Ok(())
}

/// The same on this thread alone.
fn drive(store: &SqliteStore, views: &Views, count: u64) -> Result<(), Box<dyn Error>> {
    let mut driven = Box::pin(views.drive(store.clone()));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for number in 0..=count {
        if number > 0 {
            tally::commit(store, number);
        }
        let head = store.blocking().head()?;
        let is_there =
            || views.status().iter().all(|one| matches!(one.state, ViewState::Live) && one.checkpoint == head);
        while views.status().len() != 1 || !is_there() {
            if driven.as_mut().poll(&mut context).is_ready() {
                return Err("all views have stopped".into());
            }
        }
        say(number)?;
    }
    Ok(())
}

/// Commits and events that the view does not handle, read by one runner after the other.
fn noisy(store: &SqliteStore, views: &Views, count: u64) -> Result<(), Box<dyn Error>> {
    for number in 1..=count {
        // More than a sector of the index, before the places of the others.
        tally::noise(store, 2 * number, 100);
        tally::commit(store, number);
        tally::noise(store, 2 * number + 1, 1_400);
        drive(store, views, 0)?;
    }
    Ok(())
}

/// Builds the rows again, shows those before, and shows the new ones again.
fn rebuild(store: &SqliteStore, views: &Views) -> Result<(), Box<dyn Error>> {
    let _running = views.run(store.clone())?;
    block_on(views.caught_up())?;
    let before = views.status()[0].generation;
    block_on(views.rebuild::<Tally>())?;
    let begun = Instant::now();
    while views.status().iter().any(|one| one.generation <= before) {
        if begun.elapsed() > Duration::from_secs(30) {
            return Err(format!("{:?}", views.status()).into());
        }
        thread::sleep(Duration::from_millis(1));
    }
    say("rebuilt")?;
    say(block_on(views.swap_back::<Tally>())?)?;
    block_on(views.caught_up())?;
    say(block_on(views.swap::<Tally>())?)?;
    block_on(views.caught_up())?;
    Ok(())
}

/// Lets many events wait for one row, and many others be read; then makes what waits. Says how long each has taken, and how much memory.
fn many(store: &str, views: &Views, parked: u64, events: u64) -> Result<(), Box<dyn Error>> {
    let store = SqliteStore::builder().durability(Durability::Normal).open(store)?;
    store.blocking().commit(commit_of(tally::POISON, &[(3, 0, 1)]))?;
    let (mut head, mut commits) = (1, 0);
    for (stream, all, first) in [(3, parked, 1), (4, events, 0)] {
        let mut before = first;
        while before < first + all {
            let more = (first + all - before).min(5_000);
            commits += 1;
            // Its events are short, and no poison.
            store.blocking().commit(commit_of(17_000_000 + commits * 1_700, &[(stream, before, more)]))?;
            (before, head) = (before + more, head + more);
        }
    }
    let timed = |what: &str, since: Instant| {
        let status = std::fs::read_to_string("/proc/self/status")?;
        let memory = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
        say(format_args!("{what}: {:?}, {memory}", since.elapsed()))
    };
    let since = Instant::now();
    timed("before", since)?;
    let running = views.run(store.clone())?;
    block_on(views.caught_up())?;
    timed("caught up", since)?;
    let since = Instant::now();
    let found = block_on(views.parked::<Tally>())?;
    let [of_stream] = found.as_slice() else { return Err(format!("{found:?}").into()) };
    timed("listed", since)?;
    tally::cure();
    let since = Instant::now();
    if of_stream.waiting != parked + 1 || !block_on(views.retry_parked::<Tally>(of_stream.key))? {
        return Err(format!("{found:?}").into());
    }
    timed("retried", since)?;
    running.stop_blocking();
    if head < 100_000 && tally::rows(views) != tally::expected(&store, head, true) {
        return Err("the rows are wrong".into());
    }
    let counts: Vec<_> = tally::rows(views).iter().map(Tally::count).collect();
    say(format_args!("rows {counts:?}"))?;
    Ok(())
}

/// Writes a file until no space is left on its disk.
fn fill(path: &Path) -> io::Result<()> {
    let mut file = std::fs::File::create(path)?;
    while file.write_all(&[0; 4_096]).is_ok() {}
    Ok(())
}

/// Does what each line of its input says, and says what came of it.
fn serve(store: &SqliteStore, views: &Views, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut running = None;
    say("open")?;
    for line in io::stdin().lines() {
        let line = line?;
        let (ask, argument) = line.split_once(' ').unwrap_or((&line, ""));
        match ask {
            "run" => running = Some(views.run(store.clone())?),
            "stop" => running.take().into_iter().for_each(eventsourcing::runner::Running::stop_blocking),
            "commit" => tally::commit(store, argument.parse()?),
            "fill" => fill(&folder.join("filler"))?,
            "free" => std::fs::remove_file(folder.join("filler"))?,
            "swap" => drop(block_on(views.swap::<Tally>())?),
            "swap_back" => drop(block_on(views.swap_back::<Tally>())?),
            "remove" => drop(block_on(views.remove_old_generations::<Tally>())?),
            _ => {}
        }
        match ask {
            "caught" => match block_on(views.caught_up_within(LONGEST)) {
                Ok(()) => say("ok"),
                Err(error) => say(format_args!("{error:?}")),
            },
            "rebuild" => match block_on(views.rebuild::<Tally>()) {
                Ok(()) => say("done"),
                Err(error) => say(format_args!("{error:?}")),
            },
            // By another handle than the one that runs.
            "open" => match Views::sqlite(folder) {
                Ok(_) => say("ok"),
                Err(error) => say(format_args!("{error:?}: {error}")),
            },
            // Whether the rows are those that the log makes, or those of some moment of it.
            "right" | "whole" => {
                let head = store.blocking().head()?.get();
                let mut moments = if ask == "right" { head..=head } else { 0..=head };
                match block_on(async { views.all::<Tally>().await }) {
                    Ok(rows) => say(moments.any(|events| tally::expected(store, events, false) == rows)),
                    Err(error) => say(format_args!("{error:?}")),
                }
            }
            "retry" => {
                let mut answers = Vec::new();
                for parked in block_on(views.parked::<Tally>())? {
                    answers.push(block_on(views.retry_parked::<Tally>(parked.key)).map_err(|error| error.to_string()));
                }
                say(format_args!("{answers:?}"))
            }
            "state" => {
                let status = views.status();
                let shown = status.iter().find(|one| one.is_shown);
                say(shown.map_or_else(|| "none".to_owned(), |one| format!("{:?}", one.state)))
            }
            "count" => {
                let rows = block_on(async { views.all::<Tally>().await });
                say(rows.map_or_else(
                    |error| error.to_string(),
                    |rows| rows.iter().map(Tally::count).sum::<i64>().to_string(),
                ))
            }
            "generation" => say(views.status().iter().find(|one| one.is_shown).map_or(0, |one| one.generation)),
            _ => say("done"),
        }?;
    }
    Ok(())
}
