//! Names that JSON has to escape.

use eventsourcing::prelude::*;

use crate::on_each_store;

#[derive(Aggregate, Debug, PartialEq)]
#[aggregate(name = "a \"quoted\"")]
struct Quoted {
    root: Root<Self>,
    number: u32,
}

#[events]
impl Quoted {
    #[event(Begun, name = "say \"hi\"")]
    fn begun(number: u32) -> Self {
        Self { root: Root::new(), number }
    }

    #[event(Added, name = "\"\\")]
    fn add(&mut self, number: u32) {
        self.number += number;
    }
}

#[test]
fn names_that_only_look_bad_are_stored() {
    on_each_store(|store, _| {
        let repository = Repository::<Quoted>::new(store.clone()).blocking();
        let mut quoted = Quoted::begun(1);
        quoted.add(2);
        repository.save(&mut quoted).unwrap();
        assert_eq!(repository.get(quoted.id()).unwrap(), quoted);
    });
}
