const _: () = {
    #[allow(unused_imports)]
    use ::eventsourcing::__private::{NotCompared as _, SerdeColumn as _};
    #[automatically_derived]
    impl ::eventsourcing::__private::DerivedRow for Balance {}
    #[automatically_derived]
    impl ::eventsourcing::view::View for Balance {
        type Key = Id<Account>;
        const NAME: &'static str = "Balance";
        const COLUMNS: &'static [::eventsourcing::view::ColumnDef] = &[
            ::eventsourcing::__private::column(
                "id",
                ::eventsourcing::__private::ColumnOf::<Id<Account>>::TYPE,
                ::eventsourcing::__private::ColumnOf::<Id<Account>>::IS_OPTIONAL,
                true,
                false,
            ),
        ];
        const MAY_REFUSE: bool = ::eventsourcing::__private::ColumnOf::<
            Id<Account>,
        >::MAY_REFUSE;
        fn key(&self) -> Id<Account> {
            ::core::clone::Clone::clone(&self.id)
        }
        fn write(
            &self,
            __each: &mut dyn ::core::ops::FnMut(::eventsourcing::view::Cell<'_>),
        ) -> ::core::result::Result<(), ::eventsourcing::error::CellError> {
            __each(
                ::eventsourcing::__private::ColumnOf::<Id<Account>>::codec()
                    .write(
                        "id",
                        &self.id,
                        ::eventsourcing::__private::Compared::<Id<Account>>::differ,
                    )?,
            );
            ::core::result::Result::Ok(())
        }
        fn read(
            __cells: &dyn ::eventsourcing::view::RowCells,
        ) -> ::core::result::Result<Self, ::eventsourcing::error::CellError> {
            ::core::result::Result::Ok(Self {
                id: ::eventsourcing::__private::ColumnOf::<Id<Account>>::codec()
                    .read(
                        "id",
                        &::eventsourcing::view::RowCells::cell(__cells, 0usize)?,
                    )?,
            })
        }
    }
};
