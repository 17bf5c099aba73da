//! Fields whose values are unique.

use expect_test::expect_file;
use quote::quote;

use super::prints;
use crate::macros;

#[test]
fn unique_fields() {
    let customer = quote! {
        #[aggregate(name = C::CUSTOMER)]
        pub struct Customer<C: Country> {
            root: Root<Self>,
            #[aggregate(unique = "mail")]
            email: Option<Email>,
            #[aggregate(unique)]
            r#type: u32,
            country: PhantomData<C>,
        }
    };
    prints(&macros::aggregate(customer), &expect_file!["snapshots/unique.rs"]);
    let broken = quote! {
        pub struct Customer {
            root: Root<Self>,
            #[aggregate(unique)]
            email: String,
            #[aggregate(unique = "a.b")]
            phone: String,
        }
    };
    prints(&macros::aggregate(broken), &expect_file!["snapshots/unique_fallback.rs"]);
}
