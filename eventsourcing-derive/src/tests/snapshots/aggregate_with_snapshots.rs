const _: () = {
    #[automatically_derived]
    impl<
        M: Money + ::eventsourcing::__private::serde::Serialize
            + ::eventsourcing::__private::serde::de::DeserializeOwned
            + ::eventsourcing::Schema,
    > ::eventsourcing::Aggregate for Account<M>
    where
        Account<
            M,
        >: ::eventsourcing::Apply + ::core::marker::Send + ::core::marker::Sync
            + 'static,
    {
        const NAME: &'static str = ::eventsourcing::__private::checked_name(M::ACCOUNT);
        const REPLAY_CHECK: ::eventsourcing::ReplayCheck<Self> = ::eventsourcing::__private::replay_check!(
            Self
        );
        const SNAPSHOTS: ::core::option::Option<
            ::eventsourcing::snapshot::SnapshotSupport<Self>,
        > = ::core::option::Option::Some(
            ::eventsourcing::snapshot::SnapshotSupport::new(),
        );
        fn root(&self) -> &::eventsourcing::Root<Self> {
            <Root<Self> as ::eventsourcing::__private::RootField<Self>>::get(&self.root)
        }
        fn root_mut(
            &mut self,
            _: ::eventsourcing::RootAccess<Self>,
        ) -> &mut ::eventsourcing::Root<Self> {
            <Root<
                Self,
            > as ::eventsourcing::__private::RootField<Self>>::get_mut(&mut self.root)
        }
    }
    #[derive(::eventsourcing::__private::serde::Deserialize)]
    #[serde(crate = "::eventsourcing::__private::serde")]
    struct __State<M: Money> {
        balance: M,
        since: DateTime<Utc>,
        #[serde(skip)]
        __of: ::core::marker::PhantomData<fn() -> (M,)>,
    }
    #[automatically_derived]
    impl<
        M: Money + ::eventsourcing::__private::serde::Serialize
            + ::eventsourcing::__private::serde::de::DeserializeOwned
            + ::eventsourcing::Schema,
    > ::eventsourcing::snapshot::Snapshot for Account<M>
    where
        Account<
            M,
        >: ::eventsourcing::Apply + ::core::marker::Send + ::core::marker::Sync
            + 'static,
    {
        const EVERY: ::core::option::Option<u64> = ::core::option::Option::Some(100u64);
        const FIELDS: &'static [::eventsourcing::schema::Field] = const {
            &[
                ::eventsourcing::schema::Field::new(
                    "balance",
                    ::eventsourcing::schema::Shape::of::<M>(),
                ),
                ::eventsourcing::schema::Field::new(
                    "since",
                    ::eventsourcing::schema::Shape::opaque("DateTime<Utc>"),
                ),
            ]
        };
        fn serialize_state<__S: ::eventsourcing::__private::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            let mut __state = ::eventsourcing::__private::serde::Serializer::serialize_struct(
                __serializer,
                "Account",
                2usize,
            )?;
            ::eventsourcing::__private::serde::ser::SerializeStruct::serialize_field(
                &mut __state,
                "balance",
                &self.balance,
            )?;
            ::eventsourcing::__private::serde::ser::SerializeStruct::serialize_field(
                &mut __state,
                "since",
                &self.since,
            )?;
            ::eventsourcing::__private::serde::ser::SerializeStruct::end(__state)
        }
        fn deserialize_state<
            '__de,
            __D: ::eventsourcing::__private::serde::Deserializer<'__de>,
        >(
            __root: ::eventsourcing::Root<Self>,
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            let __state: __State<M> = ::eventsourcing::__private::serde::Deserialize::deserialize(
                __deserializer,
            )?;
            ::core::result::Result::Ok(Self {
                root: __root,
                balance: __state.balance,
                since: __state.since,
            })
        }
        fn differing_field(
            &self,
            __read: &Self,
        ) -> ::core::option::Option<&'static str> {
            #[allow(unused_imports)]
            use ::eventsourcing::__private::NotCompared as _;
            if ::eventsourcing::__private::Compared::<
                M,
            >::differ(&self.balance, &__read.balance) {
                return ::core::option::Option::Some("balance");
            }
            if ::eventsourcing::__private::Compared::<
                DateTime<Utc>,
            >::differ(&self.since, &__read.since) {
                return ::core::option::Option::Some("since");
            }
            ::core::option::Option::None
        }
    }
    ::eventsourcing::__private::changes_without_an_event_unless_marked_interior_mutable!(
        DateTime < Utc >
    );
};
