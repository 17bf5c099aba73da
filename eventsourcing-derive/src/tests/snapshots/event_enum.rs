#[derive(
    ::eventsourcing::__private::serde::Serialize,
    ::eventsourcing::__private::serde::Deserialize,
)]
#[serde(crate = "::eventsourcing::__private::serde")]
/// What happens to a door.
#[derive(Debug, Clone)]
pub enum DoorEvent {
    /// It is put in.
    #[serde(rename = "Installed")]
    Installed { colour: String },
    #[serde(rename = "removed", alias = "gone")]
    Removed,
}
const _: () = {
    #[automatically_derived]
    impl ::eventsourcing::__private::ListedEvents for DoorEvent {
        const VARIANTS: &'static [&'static str] = &["Installed", "Removed"];
    }
    #[automatically_derived]
    impl ::eventsourcing::Event for DoorEvent {
        const KINDS: &'static [::eventsourcing::EventKind] = &[
            ::eventsourcing::EventKind::new("Installed"),
            ::eventsourcing::EventKind::new("removed").aliases(&["gone"]).discards(),
        ];
        const SCHEMAS: &'static [&'static [::eventsourcing::schema::EventSchema]] = {
            #[allow(unused_imports)]
            use ::eventsourcing::__private::{
                NotSampled as _, NotSeen as _, NoUpcasters as _,
            };
            &[
                &[
                    ::eventsourcing::schema::EventSchema::new(
                        "Installed",
                        1u32,
                        const {
                            &[
                                ::eventsourcing::schema::Field::new(
                                    "colour",
                                    ::eventsourcing::__private::shape(
                                        ::eventsourcing::__private::Seen::<String>::SHAPE,
                                        "String",
                                        ::eventsourcing::__private::Sampled::<String>::SAMPLE,
                                    ),
                                ),
                            ]
                        },
                    ),
                    ::eventsourcing::schema::EventSchema::new(
                        "removed",
                        1u32,
                        const { &[] },
                    ),
                ],
            ]
        };
        const PATH: &'static str = ::core::concat!(
            ::core::module_path!(), "::DoorEvent"
        );
        fn kind(&self) -> &'static ::eventsourcing::EventKind {
            match self {
                Self::Installed { .. } => {
                    const { &::eventsourcing::EventKind::new("Installed") }
                }
                Self::Removed { .. } => {
                    const {
                        &::eventsourcing::EventKind::new("removed")
                            .aliases(&["gone"])
                            .discards()
                    }
                }
            }
        }
        fn differing_field(
            &self,
            __read: &Self,
        ) -> ::core::option::Option<&'static str> {
            #[allow(unused_imports)]
            use ::eventsourcing::__private::NotCompared as _;
            #[allow(unreachable_patterns)]
            match (self, __read) {
                (
                    Self::Installed { colour: __written_0 },
                    Self::Installed { colour: __read_0 },
                ) => {
                    if ::eventsourcing::__private::Compared::<
                        String,
                    >::differ(__written_0, __read_0) {
                        return ::core::option::Option::Some("colour");
                    }
                }
                _ => {}
            }
            ::core::option::Option::None
        }
    }
};
