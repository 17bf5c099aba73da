//! A `macro_rules!` of another crate makes an aggregate here, where nothing is called as it is there.

use eventsourcing_renamed::framework::prelude::*;

/// Not the one that is meant.
mod framework {}

eventsourcing_renamed::lamp!(Lamp);

#[test]
fn the_crate_of_a_macro_is_found_from_elsewhere() {
    let house = House::new(MemoryStore::new());
    let mut lamp = Lamp::make(Id::new());
    lamp.change();
    house.lamps.blocking().save(&mut lamp).unwrap();
    let read = house.lamps.blocking().get(lamp.id()).unwrap();
    assert_eq!((read.colour, read.version()), (lamp.colour, 2.into()));
}

#[test]
fn also_in_the_body_of_a_function() {
    eventsourcing_renamed::lamp!(Lamp);
    let mut lamp = Lamp::make(Id::new());
    lamp.change();
    assert_eq!(lamp.version(), 2);
}
