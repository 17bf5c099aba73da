//! The quick start: create an `Example`, find it in a repository, change its `foo`, discard it.

use eventsourcing::prelude::*;

/// Something with one attribute.
#[derive(Aggregate, Debug)]
struct Example {
    root: Root<Self>,
    foo: String,
}

#[events]
impl Example {
    #[event(Created)]
    fn create(foo: &str) -> Self {
        Self { root: Root::new(), foo: foo.to_owned() }
    }

    #[event(Changed)]
    fn change(&mut self, foo: &str) {
        foo.clone_into(&mut self.foo);
    }

    #[event(Discarded, discard)]
    fn discard(&mut self) {}
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let examples = Repository::<Example>::new(SqliteStore::in_memory()?).blocking();

    let mut example = Example::create("bar");
    examples.save(&mut example)?;
    let id = example.id();
    println!("created:   {:?}", examples.get(id)?);

    examples.update(id, |example| example.change("baz"))?;
    println!("changed:   foo is now {:?}", examples.get(id)?.foo);

    examples.update(id, Example::discard)?;
    println!("discarded: in the repository? {}", examples.contains(id)?);

    println!("the store holds its history:");
    for recorded in examples.history(id)? {
        println!("  version {}, position {}: {:?}", recorded.version, recorded.position, recorded.event);
    }
    Ok(())
}
