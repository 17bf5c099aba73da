//! A snapshot of a state that an upcaster has a part in is not believed when the upcaster means something else.

use eventsourcing::prelude::*;

use crate::spy::Spy;
use crate::warnings::warnings;

/// An enum of a user's own whose fold is by hand, so that nothing but the upcaster says what differs.
macro_rules! release {
    ($name:ident, $rate:literal, $text:literal) => {
        mod $name {
            use eventsourcing::Apply;
            use eventsourcing::prelude::*;

            #[event]
            pub(super) enum PriceEvent {
                #[event(version = 2)]
                Set { cents: i64, text: String },
            }

            #[upcast]
            impl PriceEvent {
                const RATE: i64 = $rate;

                #[upcast(Set, from = 1)]
                fn set_v1(euros: i64) -> Self {
                    Self::Set { cents: euros * Self::rate(), text: $text.to_owned() }
                }

                fn rate() -> i64 {
                    Self::RATE
                }
            }

            #[derive(Aggregate)]
            #[aggregate(event = PriceEvent, name = "price", snapshot)]
            pub(super) struct Price {
                root: Root<Self>,
                pub(super) cents: i64,
                pub(super) text: String,
            }

            impl Apply for Price {
                type Event = PriceEvent;

                fn create(event: PriceEvent) -> Option<Self> {
                    let PriceEvent::Set { cents, text } = event;
                    Some(Self { root: Root::new(), cents, text })
                }

                fn apply(&mut self, event: PriceEvent) {
                    let PriceEvent::Set { cents, text } = event;
                    (self.cents, self.text) = (cents, text);
                }
            }
        }
    };
}

release!(first, 1, "a b");
release!(same, 1, "a b");
release!(mended, 100, "a b");
release!(spelled, 1, "ab");

#[test]
fn of_an_enum_of_ones_own() {
    let spy = Spy::default();
    let id = Id::<first::Price>::new();
    let mut commit = eventsourcing::store::Commit::new();
    commit.append(crate::stream(id), 0).unwrap().event("Set", 1, br#"{"euros":5}"#).unwrap();
    spy.blocking().commit(commit).unwrap();
    Repository::<first::Price>::new(spy.clone()).blocking().take_snapshot(id).unwrap();
    macro_rules! reads {
        ($($release:ident: $cents:literal, $text:literal, $warnings:literal;)*) => {
            $({
                let prices = Repository::<$release::Price>::new(spy.clone()).blocking();
                let (price, warned) = warnings(|| prices.get(id.as_uuid().into()).unwrap());
                assert_eq!((price.cents, &*price.text, warned.len()), ($cents, $text, $warnings), "{warned:?}");
            })*
        };
    }
    reads! { same: 5, "a b", 0; mended: 500, "a b", 1; spelled: 5, "ab", 1; }
}
