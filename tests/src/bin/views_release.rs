//! One of the releases of a program that keeps a view named `Tally`: `old`, `new` with another column, or `same` with the columns of the old one and other
//! handlers. It does what each line of its input says.

use std::error::Error;
use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use eventsourcing::SqliteStore;
use eventsourcing::prelude::*;
use eventsourcing::runner::Running;
use eventsourcing::view::{At, Projection};
use eventsourcing_tests::sqlite::say;
use eventsourcing_tests::tally::{Counter, CounterEvent};
use pollster::block_on;

#[derive(View, Clone, Debug, PartialEq)]
#[view(name = "Tally")]
struct Old {
    #[view(key)]
    id: Id<Counter>,
    count: i64,
}

#[projection(version = 1)]
impl Old {
    #[on(CounterEvent::Happened)]
    fn happened(this: Option<Self>, at: &At<Counter>) -> Self {
        Self { id: at.id(), count: this.map_or(0, |tally| tally.count) + 1 }
    }
}

#[derive(View, Clone, Debug, PartialEq)]
#[view(name = "Tally")]
struct New {
    #[view(key)]
    id: Id<Counter>,
    count: i64,
    last: u64,
}

#[projection(version = 2)]
impl New {
    #[on(CounterEvent::Happened)]
    fn happened(this: Option<Self>, at: &At<Counter>) -> Self {
        wait_at_gate();
        Self { id: at.id(), count: this.map_or(0, |tally| tally.count) + 1, last: at.position().get() }
    }
}

#[derive(View, Clone, Debug, PartialEq)]
#[view(name = "Tally")]
struct Same {
    #[view(key)]
    id: Id<Counter>,
    count: i64,
}

#[projection(version = 2)]
impl Same {
    #[on(CounterEvent::Happened)]
    fn happened(this: Option<Self>, at: &At<Counter>) -> Self {
        wait_at_gate();
        Self { id: at.id(), count: this.map_or(0, |tally| tally.count) + 10 }
    }
}

/// So that a test can look while rows are being made: as long as there is such a file.
fn wait_at_gate() {
    while std::env::var_os("GATE").is_some_and(|gate| Path::new(&gate).exists()) {
        thread::sleep(Duration::from_millis(1));
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["old", store, folder] => serve(store, folder, |row: &Old| row.count.to_string()),
        ["new", store, folder] => serve(store, folder, |row: &New| format!("{} at {}", row.count, row.last)),
        ["same", store, folder] => serve(store, folder, |row: &Same| row.count.to_string()),
        _ => Err("a release and two paths".into()),
    }
}

fn serve<P: Projection>(store: &str, folder: &str, text: impl Fn(&P) -> String) -> Result<(), Box<dyn Error>> {
    let views = Views::sqlite(folder)?.lease(Duration::from_millis(500)).with::<P>();
    let store = SqliteStore::open(store)?;
    let mut running = None;
    say("open")?;
    for line in io::stdin().lines() {
        let line = line?;
        let (ask, argument) = line.split_once(' ').unwrap_or((&line, ""));
        match ask {
            "run" => {
                running = Some(views.run(store.clone())?);
                say("done")
            }
            "stop" => {
                running.take().into_iter().for_each(Running::stop_blocking);
                say("done")
            }
            "caught" => answer(block_on(views.caught_up())),
            "rows" => {
                let rows = block_on(async { views.all::<P>().await });
                answer(rows.map(|rows| rows.iter().map(&text).collect::<Vec<_>>().join(", ")))
            }
            "swap" => answer(block_on(views.swap::<P>())),
            "swap_back" => answer(block_on(views.swap_back::<P>())),
            "remove" => answer(block_on(views.remove_generation::<P>(argument.parse()?))),
            "generations" => {
                let generations = block_on(views.generations::<P>());
                answer(
                    generations
                        .map(|all| all.iter().map(|one| (one.number, one.version, one.is_active)).collect::<Vec<_>>()),
                )
            }
            _ => say(format_args!("{:?}", views.status().iter().map(|one| &one.state).collect::<Vec<_>>())),
        }?;
    }
    Ok(())
}

fn answer(answer: Result<impl Debug, impl Error>) -> io::Result<()> {
    match answer {
        Ok(answer) => say(format_args!("{answer:?}")),
        Err(error) => say(format_args!("{error:?}: {error}")),
    }
}
