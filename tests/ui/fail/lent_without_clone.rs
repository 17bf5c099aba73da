//! An argument that is lent is stored as a clone of itself.

use eventsourcing::prelude::*;

#[derive(serde::Serialize, serde::Deserialize)]
pub struct NoClone;

#[derive(Aggregate)]
pub struct Account {
    root: Root<Self>,
}

#[events]
impl Account {
    #[event(Opened)]
    pub fn open() -> Self {
        Self { root: Root::new() }
    }

    #[event(Signed)]
    pub fn sign(&mut self, signature: &NoClone) {}
}

mod in_a_list {
    use eventsourcing::prelude::*;

    #[derive(serde::Serialize, serde::Deserialize)]
    pub struct NoClone;

    #[derive(Aggregate)]
    pub struct Letter {
        root: Root<Self>,
    }

    #[events]
    impl Letter {
        #[event(Written)]
        pub fn write() -> Self {
            Self { root: Root::new() }
        }

        #[event(Signed)]
        pub fn sign(&mut self, signatures: &[NoClone]) {}

        pub fn sign_once(&mut self) {
            self.sign(&[NoClone]);
        }
    }
}

mod under_a_name_like_that_of_a_borrowed_form {
    use eventsourcing::prelude::*;

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    pub struct FilePath(String);

    #[derive(Aggregate)]
    pub struct File {
        root: Root<Self>,
    }

    #[events]
    impl File {
        #[event(Stored)]
        pub fn store(at: &FilePath) -> Self {
            Self { root: Root::new() }
        }
    }
}

fn main() {}
