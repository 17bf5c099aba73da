//! Raw identifiers, `cfg`, attributes on arguments, and aggregates inside of functions and macros.

use eventsourcing::prelude::*;

#[derive(Aggregate, Debug, PartialEq)]
struct r#Type {
    root: Root<Self>,
    r#match: String,
}

#[events]
impl r#Type {
    #[event(r#Loop)]
    fn r#loop(r#match: &str) -> Self {
        // A `return` is the body's own.
        return Self { root: Root::new(), r#match: r#match.to_owned() };
    }

    #[event(r#If, name = "if", alias = "once", alias = "formerly")]
    fn r#if(&mut self, #[serde(default)] r#match: Option<String>) {
        let Some(r#match) = r#match else { return };
        self.r#match = r#match;
    }

    #[cfg(all())]
    #[event(Here)]
    fn here(&mut self, where_: std::time::Duration) {}

    #[cfg(any())]
    #[event(Gone)]
    fn gone(&mut self, what: NoSuchType) {}

    #[cfg(any())]
    fn gone_too(&mut self) -> NoSuchType {
        self.gone()
    }

    #[cfg(all())]
    fn command(&mut self) {
        self.here(std::time::Duration::ZERO);
    }
}

macro_rules! counter {
    ($name:ident, $event:ident, $ty:ty) => {
        #[derive(Aggregate)]
        struct $name {
            root: Root<Self>,
            total: $ty,
        }

        #[events]
        impl $name {
            #[event($event)]
            fn start(total: $ty) -> Self {
                Self { root: Root::new(), total }
            }

            #[event(Counted)]
            fn count(&mut self, by: $ty) {
                self.total += by;
            }

            fn twice(&mut self, by: $ty) {
                self.count(by);
                self.count(by);
            }
        }
    };
}

counter!(Counter, Started, u32);

fn main() {
    let mut raw = r#Type::r#loop("a");
    raw.r#if(Some("b".to_owned()));
    raw.r#if(None);
    raw.command();
    assert_eq!((&*raw.r#match, raw.version().get()), ("b", 4));
    assert_eq!(format!("{:?}", raw.pending_events()[0]), r#"Loop { match: "a" }"#);
    assert_eq!(raw.pending_events()[1].kind().name(), "if");
    assert_eq!(r#Type::NAME, "Type");

    let mut counter = Counter::start(1);
    counter.twice(2);
    assert_eq!(counter.total, 5);

    #[derive(Aggregate)]
    struct Local {
        root: Root<Self>,
    }

    #[events]
    impl Local {
        #[event(Made)]
        fn make() -> Self {
            Self { root: Root::new() }
        }
    }
    assert_eq!(Local::make().version(), 1);
}
