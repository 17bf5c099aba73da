//! Two releases of one aggregate, of which the second calls one unique field otherwise and has another one.

use eventsourcing::prelude::*;

mod before {
    use super::*;

    #[derive(Aggregate)]
    #[aggregate(event = TenantEvent)]
    pub(super) struct Tenant {
        root: Root<Self>,
        #[aggregate(unique)]
        email: String,
        #[aggregate(unique = "house number")]
        house: u32,
    }

    #[event]
    pub(super) enum TenantEvent {
        Came { email: String, house: u32 },
    }

    impl eventsourcing::Apply for Tenant {
        type Event = TenantEvent;

        fn create(TenantEvent::Came { email, house }: TenantEvent) -> Option<Self> {
            Some(Self { root: Root::new(), email, house })
        }

        fn apply(&mut self, _: TenantEvent) {}
    }
}

mod after {
    use super::*;

    #[derive(Aggregate)]
    #[aggregate(event = TenantEvent)]
    pub(super) struct Tenant {
        root: Root<Self>,
        #[aggregate(unique)]
        address: String,
        #[aggregate(unique = "house number")]
        number: u32,
    }

    #[event]
    pub(super) enum TenantEvent {
        Came { email: String, house: u32 },
    }

    impl eventsourcing::Apply for Tenant {
        type Event = TenantEvent;

        fn create(TenantEvent::Came { email, house }: TenantEvent) -> Option<Self> {
            Some(Self { root: Root::new(), address: email, number: house })
        }

        fn apply(&mut self, _: TenantEvent) {}
    }
}

#[derive(Application)]
pub(crate) struct Unique {
    tenants: Repository<before::Tenant>,
}

#[derive(Application)]
pub(crate) struct UniqueRenamed {
    tenants: Repository<after::Tenant>,
}
