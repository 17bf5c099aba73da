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
                        &[
                            ::eventsourcing::schema::Field::new(
                                "colour",
                                ::eventsourcing::schema::Shape::of::<String>(),
                            ),
                        ],
                    ),
                    ::eventsourcing::schema::EventSchema::new("removed", 1u32, &[]),
                ],
            ]
        };
        const PATH: &'static str = ::core::concat!(
            ::core::module_path!(), "::DoorEvent"
        );
        #[allow(clippy::indexing_slicing)]
        fn kind(&self) -> &'static ::eventsourcing::EventKind {
            match self {
                Self::Installed { .. } => &Self::KINDS[0],
                Self::Removed { .. } => &Self::KINDS[1],
            }
        }
    }
};
