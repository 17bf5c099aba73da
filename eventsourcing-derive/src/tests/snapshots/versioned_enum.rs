#[derive(
    ::core::clone::Clone,
    ::eventsourcing::__private::serde::Serialize,
    ::eventsourcing::__private::serde::Deserialize,
)]
#[serde(crate = "::eventsourcing::__private::serde")]
pub enum DoorEvent {
    #[serde(rename = "Installed")]
    Installed { #[serde(rename = "color", alias = "colour", default)] colour: String },
}
const _: () = {
    #[automatically_derived]
    impl ::eventsourcing::__private::ListedEvents for DoorEvent {
        const VARIANTS: &'static [&'static str] = &["Installed"];
    }
    #[automatically_derived]
    impl ::eventsourcing::Event for DoorEvent {
        const KINDS: &'static [::eventsourcing::EventKind] = &[
            ::eventsourcing::EventKind::new("Installed").version(2u32),
        ];
        const UPCASTERS: &'static [::eventsourcing::upcaster::Upcaster<Self>] = {
            use ::eventsourcing::__private::NoUpcasters as _;
            ::eventsourcing::__private::Declared::<Self>::UPCASTERS
        };
        const RETIRED: &'static [&'static str] = &["Painted"];
        const SCHEMAS: &'static [&'static [::eventsourcing::schema::EventSchema]] = {
            #[allow(unused_imports)]
            use ::eventsourcing::__private::{
                NotSampled as _, NotSeen as _, NoUpcasters as _,
            };
            &[
                &[
                    ::eventsourcing::schema::EventSchema::new(
                        "Installed",
                        2u32,
                        &[
                            ::eventsourcing::schema::Field::new(
                                    "color",
                                    ::eventsourcing::schema::Shape::of::<String>(),
                                )
                                .defaulted()
                                .aliases(&["colour"]),
                        ],
                    ),
                ],
                ::eventsourcing::__private::Declared::<Self>::SCHEMAS,
            ]
        };
        const PATH: &'static str = ::core::concat!(
            ::core::module_path!(), "::DoorEvent"
        );
        #[allow(clippy::indexing_slicing)]
        fn kind(&self) -> &'static ::eventsourcing::EventKind {
            match self {
                Self::Installed { .. } => &Self::KINDS[0],
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
                        return ::core::option::Option::Some("color");
                    }
                }
                _ => {}
            }
            ::core::option::Option::None
        }
    }
    #[automatically_derived]
    impl ::eventsourcing::__private::Variants for DoorEvent {
        const VARIANTS: &'static [&'static str] = &["Installed"];
        const RETIRED_AS: &'static [&'static str] = &["Painted"];
    }
    const _: () = ::eventsourcing::__private::assert_read::<
        DoorEvent,
    >(
        "Installed",
        2u32,
        "event `Installed` is at version 2, and nothing reads one of the versions before it: write `#[upcast(Installed, from = ..)] fn ..(..) -> Self` with the fields that it had then, in `#[upcast] impl DoorEvent`",
    );
};
