const _: () = {
    #[allow(unused_imports)]
    use ::eventsourcing::__private::NotSampled as _;
    #[automatically_derived]
    impl ::eventsourcing::Schema for Reason {
        const TYPE: ::eventsourcing::schema::Type = ::eventsourcing::schema::Type::Named(
            "reason",
            &[],
        );
        fn define(__definitions: &mut ::eventsourcing::schema::Definitions) {
            __definitions
                .add(
                    &<Self as ::eventsourcing::Schema>::TYPE,
                    const {
                        ::eventsourcing::schema::Definition::Variants(
                            "tag kind, content of",
                            &[
                                ::eventsourcing::schema::Variant::unit("None"),
                                ::eventsourcing::schema::Variant::of(
                                    "Other",
                                    const { &[::eventsourcing::schema::Shape::of::<String>()] },
                                ),
                                ::eventsourcing::schema::Variant::of(
                                    "Pair",
                                    const {
                                        &[
                                            ::eventsourcing::schema::Shape::of::<u8>(),
                                            ::eventsourcing::schema::Shape::of::<u8>(),
                                        ]
                                    },
                                ),
                                ::eventsourcing::schema::Variant::fields(
                                    "Long",
                                    const {
                                        &[
                                            ::eventsourcing::schema::Field::new(
                                                "text",
                                                ::eventsourcing::schema::Shape::of::<String>(),
                                            ),
                                        ]
                                    },
                                ),
                            ],
                        )
                    },
                );
        }
    }
};
