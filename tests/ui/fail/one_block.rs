//! The events of an aggregate stand in one block, and the name of their enum is free.

mod a_second_block {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub struct Account {
        root: Root<Self>,
        balance: i64,
    }

    #[events]
    impl Account {
        #[event(Opened)]
        pub fn open() -> Self {
            Self { root: Root::new(), balance: 0 }
        }
    }

    #[events]
    impl Account {
        #[event(Deposited)]
        pub fn deposit(&mut self, amount: i64) {
            self.balance += amount;
        }

        pub fn settle(&mut self) {
            self.deposit(-self.balance);
        }
    }

    pub fn settled() -> Account {
        let mut account = Account::open();
        account.settle();
        account
    }
}

mod a_second_block_that_creates {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub struct Account {
        root: Root<Self>,
    }

    #[events]
    impl Account {
        #[event(Closed)]
        pub fn close(&mut self) {}
    }

    impl Account {
        pub fn opened_and_closed() -> Self {
            let mut account = Self::open();
            account.close();
            account
        }
    }

    #[events]
    impl Account {
        #[event(Opened)]
        pub fn open() -> Self {
            Self { root: Root::new() }
        }
    }
}

mod a_second_block_on_its_line {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub struct Account {
        root: Root<Self>,
    }

    #[rustfmt::skip]
    #[events] impl Account { #[event(Opened)] fn open() -> Self { Self { root: Root::new() } } } #[events] impl Account { #[event(Left)] fn leave(&mut self) {} }
}

mod a_second_block_in_another_module {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub struct Account {
        root: Root<Self>,
    }

    #[events]
    impl Account {
        #[event(Begun)]
        pub fn begin() -> Self {
            Self { root: Root::new() }
        }
    }

    mod closing {
        use super::Account;
        use eventsourcing::prelude::*;

        #[events]
        impl Account {
            #[event(Closed)]
            pub fn close_for_good(&mut self) {}
        }
    }
}

mod an_enum_of_that_name {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub struct Account {
        root: Root<Self>,
    }

    #[events]
    impl Account {
        #[event(Opened)]
        pub fn open(by: String) -> Self {
            Self { root: Root::new() }
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    pub enum AccountEvent {
        Mine,
    }

    pub fn of_it() -> AccountEvent {
        AccountEvent::Mine
    }
}

fn main() {}
