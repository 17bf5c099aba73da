//! Every macro, where the framework has another name and is found through a path of the user's own. A path in generated code that
//! says `eventsourcing` does not compile here.

/// Where this crate keeps its framework.
pub mod framework {
    pub use es::*;
}

use es::prelude::*;

/// A bank account.
#[derive(Aggregate, Debug)]
#[aggregate(crate = ::es)]
pub struct Account {
    root: Root<Self>,
    owner: String,
}

#[events(crate = ::es)]
impl Account {
    /// Opens an account.
    #[event(Opened)]
    pub fn open(owner: &str) -> Self {
        Self { root: Root::new(), owner: owner.to_owned() }
    }

    /// Gives it to somebody else.
    pub fn give(&mut self, owner: &str) {
        if owner != self.owner {
            self.given(owner);
        }
    }

    #[event(Given)]
    fn given(&mut self, owner: &str) {
        owner.clone_into(&mut self.owner);
    }
}

/// What happens to a door.
#[event(crate = crate::framework)]
#[derive(Debug)]
pub enum DoorEvent {
    /// It is put in.
    Installed {
        /// Its colour.
        colour: String,
    },
}

/// A door.
#[derive(Aggregate, Debug)]
#[aggregate(event = DoorEvent, crate = crate::framework)]
pub struct Door {
    root: Root<Self>,
    colour: String,
}

impl Apply for Door {
    type Event = DoorEvent;

    fn create(DoorEvent::Installed { colour }: DoorEvent) -> Option<Self> {
        Some(Self { root: Root::new(), colour })
    }

    fn apply(&mut self, DoorEvent::Installed { colour }: DoorEvent) {
        self.colour = colour;
    }
}

/// All of it.
#[derive(Application, Debug)]
#[application(crate = ::es)]
pub struct House {
    /// Who lives here.
    pub accounts: Repository<Account>,
    /// What they go through.
    pub doors: Repository<Door>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_works_under_another_name() {
        let house = House::new(MemoryStore::new());
        let mut account = Account::open("alice");
        account.give("bob");
        let mut door = Door::begin(DoorEvent::Installed { colour: "red".to_owned() }).unwrap();
        house.blocking().commit((&mut account, &mut door)).unwrap();
        assert_eq!(house.accounts.blocking().get(account.id()).unwrap().owner, "bob");
        assert_eq!(house.doors.blocking().get(door.id()).unwrap().colour, "red");
    }
}
