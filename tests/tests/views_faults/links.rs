//! Files of views that have several names.

use std::fs;

use eventsourcing::prelude::*;
use eventsourcing_tests::tally::{self, Tally};
use pollster::block_on;

use crate::damage::{Outcome, World};

#[test]
fn files_with_several_names_are_refused_and_symlinks_are_followed() {
    let world = World::new();
    (1..5).for_each(|number| tally::commit(&world.store, number));
    world.close();
    for file in ["views.db", "Tally-1.db"] {
        let (path, other) = (world.views().join(file), world.folder.path().join("other"));
        fs::hard_link(&path, &other).unwrap();
        let Outcome::Refused(text) = world.outcome() else { panic!("{file}") };
        assert!(text.contains(file) && text.contains("remove the other names"), "{text}");
        fs::remove_file(&other).unwrap();
        assert_eq!(world.outcome(), Outcome::Right);
        fs::rename(&path, &other).unwrap();
        std::os::unix::fs::symlink(&other, &path).unwrap();
        assert_eq!(world.outcome(), Outcome::Right);
        fs::remove_file(&path).unwrap();
        fs::rename(&other, &path).unwrap();
    }
    let linked = world.folder.path().join("linked");
    std::os::unix::fs::symlink(world.views(), &linked).unwrap();
    let [one, other] = [world.views(), linked].map(|folder| Views::sqlite(folder).unwrap().with::<Tally>());
    let _running = [one.run(world.store.clone()).unwrap(), other.run(world.store.clone()).unwrap()];
    tally::commit(&world.store, 5);
    for views in [one, other] {
        block_on(views.caught_up()).unwrap();
        assert_eq!(tally::rows(&views), tally::expected(&world.store, 13, false));
    }
}
