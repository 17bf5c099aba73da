const _: () = {
    #[allow(unused_imports)]
    use ::eventsourcing::__private::NotSampled as _;
    #[automatically_derived]
    impl<T: ::eventsourcing::Schema> ::eventsourcing::Schema for Page<T> {
        const TYPE: ::eventsourcing::schema::Type = ::eventsourcing::schema::Type::Named(
            "Page",
            &[&<T as ::eventsourcing::Schema>::TYPE],
        );
        fn define(__definitions: &mut ::eventsourcing::schema::Definitions) {
            __definitions
                .add(
                    &<Self as ::eventsourcing::Schema>::TYPE,
                    const {
                        ::eventsourcing::schema::Definition::Fields(
                            &[
                                ::eventsourcing::schema::Field::new(
                                    "items",
                                    ::eventsourcing::schema::Shape::of::<Vec<T>>(),
                                ),
                                ::eventsourcing::schema::Field::new(
                                        "nextPage",
                                        ::eventsourcing::schema::Shape::of::<Option<Cents>>(),
                                    )
                                    .defaulted(),
                                ::eventsourcing::schema::Field::new(
                                    "at",
                                    ::eventsourcing::schema::Shape::opaque("DateTime<Utc>")
                                        .sample(
                                            ::eventsourcing::__private::Sampled::<DateTime<Utc>>::SAMPLE,
                                        ),
                                ),
                            ],
                        )
                    },
                );
        }
    }
    const _: () = {
        #[allow(unused_imports)]
        use ::eventsourcing::__private::{NotSampled as _, NotSeen as _};
        ::eventsourcing::__private::assert_storable(
            ::eventsourcing::__private::shape(
                ::eventsourcing::__private::Seen::<Option<Cents>>::SHAPE,
                "Option<Cents>",
                ::eventsourcing::__private::Sampled::<Option<Cents>>::SAMPLE,
            ),
        )
    };
};
