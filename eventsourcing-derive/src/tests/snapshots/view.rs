const _: () = {
    #[allow(unused_imports)]
    use ::eventsourcing::__private::{NotCompared as _, SerdeColumn as _};
    #[automatically_derived]
    impl ::eventsourcing::__private::DerivedRow for Day {}
    #[automatically_derived]
    impl ::eventsourcing::view::View for Day {
        type Key = (Id<Account>, u32);
        const NAME: &'static str = "day";
        const COLUMNS: &'static [::eventsourcing::view::ColumnDef] = &[
            ::eventsourcing::__private::column(
                "account",
                ::eventsourcing::__private::ColumnOf::<Id<Account>>::TYPE,
                ::eventsourcing::__private::ColumnOf::<Id<Account>>::IS_OPTIONAL,
                true,
                false,
            ),
            ::eventsourcing::__private::column(
                "type",
                ::eventsourcing::__private::ColumnOf::<u32>::TYPE,
                ::eventsourcing::__private::ColumnOf::<u32>::IS_OPTIONAL,
                true,
                true,
            ),
            ::eventsourcing::__private::column(
                "moved",
                ::eventsourcing::__private::ColumnOf::<Cents>::TYPE,
                ::eventsourcing::__private::ColumnOf::<Cents>::IS_OPTIONAL,
                false,
                false,
            ),
        ];
        const MAY_REFUSE: bool = ::eventsourcing::__private::ColumnOf::<
            Id<Account>,
        >::MAY_REFUSE || ::eventsourcing::__private::ColumnOf::<u32>::MAY_REFUSE
            || ::eventsourcing::__private::ColumnOf::<Cents>::MAY_REFUSE;
        fn key(&self) -> (Id<Account>, u32) {
            (
                ::core::clone::Clone::clone(&self.account),
                ::core::clone::Clone::clone(&self.r#type),
            )
        }
        fn write(
            &self,
            __each: &mut dyn ::core::ops::FnMut(::eventsourcing::view::Cell<'_>),
        ) -> ::core::result::Result<(), ::eventsourcing::error::CellError> {
            __each(
                ::eventsourcing::__private::ColumnOf::<Id<Account>>::codec()
                    .write(
                        "account",
                        &self.account,
                        ::eventsourcing::__private::Compared::<Id<Account>>::differ,
                    )?,
            );
            __each(
                ::eventsourcing::__private::ColumnOf::<u32>::codec()
                    .write(
                        "type",
                        &self.r#type,
                        ::eventsourcing::__private::Compared::<u32>::differ,
                    )?,
            );
            __each(
                ::eventsourcing::__private::ColumnOf::<Cents>::codec()
                    .write(
                        "moved",
                        &self.moved,
                        ::eventsourcing::__private::Compared::<Cents>::differ,
                    )?,
            );
            ::core::result::Result::Ok(())
        }
        fn read(
            __cells: &dyn ::eventsourcing::view::RowCells,
        ) -> ::core::result::Result<Self, ::eventsourcing::error::CellError> {
            ::core::result::Result::Ok(Self {
                account: ::eventsourcing::__private::ColumnOf::<Id<Account>>::codec()
                    .read(
                        "account",
                        &::eventsourcing::view::RowCells::cell(__cells, 0usize)?,
                    )?,
                r#type: ::eventsourcing::__private::ColumnOf::<u32>::codec()
                    .read(
                        "type",
                        &::eventsourcing::view::RowCells::cell(__cells, 1usize)?,
                    )?,
                moved: ::eventsourcing::__private::ColumnOf::<Cents>::codec()
                    .read(
                        "moved",
                        &::eventsourcing::view::RowCells::cell(__cells, 2usize)?,
                    )?,
            })
        }
    }
    #[allow(private_interfaces, dead_code)]
    impl Day {
        ///The column `type`, which rows are looked up by.
        pub const TYPE: ::eventsourcing::view::IndexedColumn<Self, u32> = ::eventsourcing::__private::indexed_column(
            "type",
            |__value| {
                ::eventsourcing::__private::ColumnOf::<u32>::codec()
                    .write(
                        "type",
                        __value,
                        ::eventsourcing::__private::Compared::<u32>::differ,
                    )
            },
        );
    }
};
