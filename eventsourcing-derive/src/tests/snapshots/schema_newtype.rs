const _: () = {
    #[allow(unused_imports)]
    use ::eventsourcing::__private::NotSampled as _;
    #[automatically_derived]
    impl ::eventsourcing::Schema for Cents {
        const TYPE: ::eventsourcing::schema::Type = <i64 as ::eventsourcing::Schema>::TYPE;
        fn define(__definitions: &mut ::eventsourcing::schema::Definitions) {
            <i64 as ::eventsourcing::Schema>::define(__definitions);
        }
    }
};
