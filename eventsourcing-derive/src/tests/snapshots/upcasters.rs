impl DoorEvent {
    fn installed_v1(color: String) -> Self {
        Self::Installed { colour: color }
    }
}
const _: () = {
    #[derive(::eventsourcing::__private::serde::Deserialize)]
    #[serde(crate = "::eventsourcing::__private::serde")]
    #[allow(non_camel_case_types)]
    struct __FieldsOf_installed_v1 {
        color: String,
    }
    #[automatically_derived]
    impl ::eventsourcing::upcaster::Upcast<DoorEvent> for __FieldsOf_installed_v1 {
        type Events = DoorEvent;
        fn upcast(self) -> Self::Events {
            <DoorEvent>::installed_v1(self.color)
        }
    }
    #[automatically_derived]
    impl ::eventsourcing::__private::Upcasters for DoorEvent {
        const UPCASTERS: &'static [::eventsourcing::upcaster::Upcaster<Self>] = &[
            ::eventsourcing::upcaster::Upcaster::new::<
                __FieldsOf_installed_v1,
            >(::eventsourcing::__private::event_called::<Self>("Installed").0, 1u32)
                .aliases(::eventsourcing::__private::event_called::<Self>("Installed").1)
                .revision(3564835123597481120u64),
        ];
        const SCHEMAS: &'static [::eventsourcing::schema::EventSchema] = {
            #[allow(unused_imports)]
            use ::eventsourcing::__private::{NotSampled as _, NotSeen as _};
            &[
                ::eventsourcing::schema::EventSchema::new(
                    ::eventsourcing::__private::event_called::<Self>("Installed").0,
                    1u32,
                    &[
                        ::eventsourcing::schema::Field::new(
                            "color",
                            ::eventsourcing::schema::Shape::of::<String>(),
                        ),
                    ],
                ),
            ]
        };
    }
    const _: () = ::eventsourcing::__private::assert_upcaster::<
        DoorEvent,
    >("Installed", 1u32);
};
