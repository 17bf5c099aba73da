::core::compile_error! {
    "the stored name of a unique field has no `.` and no `~`, which the names of the framework's own streams have: write another, such as with `-`"
}
const _: () = {
    #[allow(private_interfaces, dead_code)]
    impl Customer {
        ///The field `email`, whose values are unique.
        pub const EMAIL: ::eventsourcing::unique::UniqueField<Self, String> = ::eventsourcing::unique::UniqueField::named(
            "EMAIL",
        );
        ///The field `phone`, whose values are unique.
        pub const PHONE: ::eventsourcing::unique::UniqueField<Self, String> = ::eventsourcing::unique::UniqueField::named(
            "PHONE",
        );
    }
    #[automatically_derived]
    impl ::eventsourcing::Aggregate for Customer {
        const NAME: &'static str = "";
        const UNIQUE: &'static [::eventsourcing::unique::Unique<Self>] = &[
            ::eventsourcing::unique::Unique::new(
                "EMAIL",
                |_| ::core::option::Option::None,
            ),
            ::eventsourcing::unique::Unique::new(
                "PHONE",
                |_| ::core::option::Option::None,
            ),
        ];
        fn root(&self) -> &::eventsourcing::Root<Self> {
            ::core::unreachable!()
        }
        fn root_mut(
            &mut self,
            _: ::eventsourcing::RootAccess<Self>,
        ) -> &mut ::eventsourcing::Root<Self> {
            ::core::unreachable!()
        }
    }
};
