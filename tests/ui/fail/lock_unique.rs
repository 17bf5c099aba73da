//! Unique fields that were released, and are called otherwise now, or are not unique any more.

use eventsourcing::prelude::*;

/// One has another name.
mod renamed {
    use super::*;

    #[derive(Aggregate)]
    #[aggregate(name = "tenant", event = TenantEvent)]
    pub struct Tenant {
        root: Root<Self>,
        #[aggregate(unique)]
        address: String,
        #[aggregate(unique)]
        phone: String,
    }

    #[event]
    pub enum TenantEvent {
        Registered { email: String },
    }

    impl eventsourcing::Apply for Tenant {
        type Event = TenantEvent;

        fn create(TenantEvent::Registered { email }: TenantEvent) -> Option<Self> {
            Some(Self { root: Root::new(), address: email, phone: String::new() })
        }

        fn apply(&mut self, _: TenantEvent) {}
    }
}

/// Two are gone.
mod gone {
    use super::*;

    #[derive(Aggregate)]
    #[aggregate(name = "tenant", event = TenantEvent)]
    pub struct Tenant {
        root: Root<Self>,
        email: String,
    }

    #[event]
    pub enum TenantEvent {
        Registered { email: String },
    }

    impl eventsourcing::Apply for Tenant {
        type Event = TenantEvent;

        fn create(TenantEvent::Registered { email }: TenantEvent) -> Option<Self> {
            Some(Self { root: Root::new(), email })
        }

        fn apply(&mut self, _: TenantEvent) {}
    }
}

fn main() {}
