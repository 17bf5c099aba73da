//! Private aggregates with private fields, in modules and in functions: nothing is more visible than it must be, and no lint fires.

#![deny(warnings)]

mod inner {
    use eventsourcing::prelude::*;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct Secret(pub(super) u8);

    pub(super) trait Step: Into<u8> {}

    impl Step for u8 {}

    #[derive(Aggregate, Debug)]
    pub(super) struct Hidden {
        root: Root<Self>,
        secret: Secret,
    }

    #[events]
    impl Hidden {
        #[event(Made)]
        pub(super) fn make(secret: Secret) -> Self {
            Self { root: Root::new(), secret }
        }

        #[event(Changed)]
        pub(in crate::inner) fn change(&mut self, secret: Secret) {
            self.secret = secret;
        }

        pub(super) fn raise(&mut self, by: impl Step) {
            self.change(Secret(self.secret.0 + by.into()));
        }

        pub(crate) async fn raise_later(&mut self) {
            std::future::ready(()).await;
            self.raise(1);
        }

        pub(super) fn secret(&self) -> &Secret {
            &self.secret
        }
    }

    #[derive(Application)]
    pub(super) struct App {
        pub(super) hidden: Repository<Hidden>,
    }
}

fn is_send<T: Send>(_: &T) {}

fn main() {
    use eventsourcing::prelude::*;

    let app = inner::App::new(MemoryStore::new());
    let mut hidden = inner::Hidden::make(inner::Secret(1));
    hidden.raise(1);
    is_send(&hidden.raise_later());
    app.hidden.blocking().save(&mut hidden).unwrap();
    assert_eq!(*hidden.secret(), inner::Secret(2));

    #[derive(Aggregate)]
    struct Local {
        root: Root<Self>,
        count: u8,
    }

    #[events]
    impl Local {
        #[event(Made)]
        fn make() -> Self {
            Self { root: Root::new(), count: 0 }
        }

        #[event(Counted)]
        fn count(&mut self, by: u8) {
            self.count += by;
        }

        fn double(&mut self) -> u8 {
            self.count(self.count.max(1));
            self.count
        }
    }

    #[derive(Application)]
    struct Locals {
        all: Repository<Local>,
    }

    let mut local = Local::make();
    assert_eq!((local.double(), local.double()), (1, 2));
    Locals::new(MemoryStore::new()).all.blocking().save(&mut local).unwrap();

    #[event]
    enum Event {
        Made { by: u8 },
    }

    let Event::Made { by } = Event::Made { by: 1 };
    assert_eq!(by, 1);
}
